-- Vectors written so far were neither encrypted nor consented to: they go, and the photos wait for their owner's word.
DELETE FROM `faces`;--> statement-breakpoint
UPDATE `photos` SET faces = 0, index_state = 'skipped', index_reason = 'no-consent', index_lease_until = 0, index_model_id = NULL,
  rev = rev + 1 WHERE lifecycle <> 'deleted' AND index_state IN ('pending', 'running', 'done') AND thumbnail_state = 'done';--> statement-breakpoint
ALTER TABLE `faces` DROP COLUMN `embedding`;
