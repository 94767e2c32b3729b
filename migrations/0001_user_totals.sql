-- A user's totals are kept by the database itself, in the transaction of the change, so no path can forget them:
-- storage_bytes = bytes of originals we hold (stored once, not purged); photo_count = photos in the library.
-- Written without CASE: statement splitters that end a trigger at the first END exist in production tooling.
CREATE TRIGGER photos_totals_insert AFTER INSERT ON photos
BEGIN
  UPDATE users SET
    storage_bytes = storage_bytes + (NEW.stored_at IS NOT NULL AND NEW.purged_at IS NULL) * NEW.bytes,
    photo_count = photo_count + (NEW.lifecycle = 'stored')
  WHERE id = NEW.user_id AND NEW.stored_at IS NOT NULL;
END;
--> statement-breakpoint
CREATE TRIGGER photos_totals_update AFTER UPDATE OF lifecycle, stored_at, purged_at, bytes ON photos
WHEN OLD.lifecycle <> NEW.lifecycle OR OLD.bytes <> NEW.bytes OR OLD.stored_at IS NOT NEW.stored_at OR OLD.purged_at IS NOT NEW.purged_at
BEGIN
  UPDATE users SET
    storage_bytes = storage_bytes
      + (NEW.stored_at IS NOT NULL AND NEW.purged_at IS NULL) * NEW.bytes
      - (OLD.stored_at IS NOT NULL AND OLD.purged_at IS NULL) * OLD.bytes,
    photo_count = photo_count + (NEW.lifecycle = 'stored') - (OLD.lifecycle = 'stored')
  WHERE id = NEW.user_id;
END;
--> statement-breakpoint
CREATE TRIGGER photos_totals_delete AFTER DELETE ON photos
BEGIN
  UPDATE users SET
    storage_bytes = storage_bytes - (OLD.stored_at IS NOT NULL AND OLD.purged_at IS NULL) * OLD.bytes,
    photo_count = photo_count - (OLD.lifecycle = 'stored')
  WHERE id = OLD.user_id;
END;
