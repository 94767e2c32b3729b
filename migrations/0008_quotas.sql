-- How much room an account has is the database's law, as its totals are (0001): decided in the transaction of the change, row by
-- row, so that no path can forget it and no race can outrun it. A row that would need more room than there is is passed over; the
-- other rows of its statement are not. Bytes that were admitted always arrive, and whatever makes an account smaller always may.
-- held = bytes we hold (trash included) + bytes admitted and still on their way. Written without CASE, see 0001.
DROP TRIGGER photos_totals_insert;
--> statement-breakpoint
DROP TRIGGER photos_totals_update;
--> statement-breakpoint
DROP TRIGGER photos_totals_delete;
--> statement-breakpoint
UPDATE users SET
  reserved_bytes = (SELECT coalesce(sum(bytes), 0) FROM photos WHERE user_id = users.id AND lifecycle = 'uploading' AND stored_at IS NULL),
  reserved_photos = (SELECT count(*) FROM photos WHERE user_id = users.id AND lifecycle = 'uploading' AND stored_at IS NULL);
--> statement-breakpoint
CREATE TRIGGER photos_totals_insert AFTER INSERT ON photos
BEGIN
  UPDATE users SET
    storage_bytes = storage_bytes + (NEW.stored_at IS NOT NULL AND NEW.purged_at IS NULL) * NEW.bytes,
    photo_count = photo_count + (NEW.lifecycle = 'stored'),
    reserved_bytes = reserved_bytes + (NEW.lifecycle = 'uploading' AND NEW.stored_at IS NULL) * NEW.bytes,
    reserved_photos = reserved_photos + (NEW.lifecycle = 'uploading' AND NEW.stored_at IS NULL)
  WHERE id = NEW.user_id;
END;
--> statement-breakpoint
CREATE TRIGGER photos_totals_update AFTER UPDATE OF lifecycle, stored_at, purged_at, bytes ON photos
WHEN OLD.lifecycle <> NEW.lifecycle OR OLD.bytes <> NEW.bytes OR OLD.stored_at IS NOT NEW.stored_at OR OLD.purged_at IS NOT NEW.purged_at
BEGIN
  UPDATE users SET
    storage_bytes = storage_bytes
      + (NEW.stored_at IS NOT NULL AND NEW.purged_at IS NULL) * NEW.bytes
      - (OLD.stored_at IS NOT NULL AND OLD.purged_at IS NULL) * OLD.bytes,
    photo_count = photo_count + (NEW.lifecycle = 'stored') - (OLD.lifecycle = 'stored'),
    reserved_bytes = reserved_bytes
      + (NEW.lifecycle = 'uploading' AND NEW.stored_at IS NULL) * NEW.bytes
      - (OLD.lifecycle = 'uploading' AND OLD.stored_at IS NULL) * OLD.bytes,
    reserved_photos = reserved_photos
      + (NEW.lifecycle = 'uploading' AND NEW.stored_at IS NULL)
      - (OLD.lifecycle = 'uploading' AND OLD.stored_at IS NULL)
  WHERE id = NEW.user_id;
END;
--> statement-breakpoint
CREATE TRIGGER photos_totals_delete AFTER DELETE ON photos
BEGIN
  UPDATE users SET
    storage_bytes = storage_bytes - (OLD.stored_at IS NOT NULL AND OLD.purged_at IS NULL) * OLD.bytes,
    photo_count = photo_count - (OLD.lifecycle = 'stored'),
    reserved_bytes = reserved_bytes - (OLD.lifecycle = 'uploading' AND OLD.stored_at IS NULL) * OLD.bytes,
    reserved_photos = reserved_photos - (OLD.lifecycle = 'uploading' AND OLD.stored_at IS NULL)
  WHERE id = OLD.user_id;
END;
--> statement-breakpoint
-- What is announced must fit. A row made again from bytes that are in storage is no announcement: it is stored from the start.
CREATE TRIGGER photos_quota_insert BEFORE INSERT ON photos WHEN NEW.stored_at IS NULL
BEGIN
  SELECT RAISE(IGNORE) FROM users
  WHERE id = NEW.user_id AND (
    storage_bytes + reserved_bytes + NEW.bytes
      > coalesce(quota_bytes, (SELECT value->>'defaultQuotaBytes' FROM settings WHERE name = 'identity'))
    OR photo_count + reserved_photos + 1
      > coalesce(quota_photos, (SELECT value->>'defaultQuotaPhotos' FROM settings WHERE name = 'identity')));
END;
--> statement-breakpoint
-- What grows must fit: an abandoned upload taken up again or arriving after all, a restore, a size announced anew.
CREATE TRIGGER photos_quota_update BEFORE UPDATE OF lifecycle, stored_at, purged_at, bytes ON photos
WHEN OLD.lifecycle <> NEW.lifecycle OR OLD.bytes <> NEW.bytes OR OLD.stored_at IS NOT NEW.stored_at OR OLD.purged_at IS NOT NEW.purged_at
BEGIN
  SELECT RAISE(IGNORE) FROM users, (SELECT
      (NEW.stored_at IS NOT NULL AND NEW.purged_at IS NULL OR NEW.lifecycle = 'uploading' AND NEW.stored_at IS NULL) * NEW.bytes
      - (OLD.stored_at IS NOT NULL AND OLD.purged_at IS NULL OR OLD.lifecycle = 'uploading' AND OLD.stored_at IS NULL) * OLD.bytes AS bytes,
      (NEW.lifecycle = 'stored' OR NEW.lifecycle = 'uploading' AND NEW.stored_at IS NULL)
      - (OLD.lifecycle = 'stored' OR OLD.lifecycle = 'uploading' AND OLD.stored_at IS NULL) AS photos) AS more
  WHERE users.id = NEW.user_id AND (
    more.bytes > 0 AND users.storage_bytes + users.reserved_bytes + more.bytes
      > coalesce(users.quota_bytes, (SELECT value->>'defaultQuotaBytes' FROM settings WHERE name = 'identity'))
    OR more.photos > 0 AND users.photo_count + users.reserved_photos + more.photos
      > coalesce(users.quota_photos, (SELECT value->>'defaultQuotaPhotos' FROM settings WHERE name = 'identity')));
END;
--> statement-breakpoint
-- Nothing comes to be in an account that is being deleted.
CREATE TRIGGER photos_closing_insert BEFORE INSERT ON photos
BEGIN
  SELECT RAISE(IGNORE) FROM users WHERE id = NEW.user_id AND status = 'closing';
END;
