-- A user's totals are kept by the database itself, in the transaction of the change, so no path can forget them:
-- storage_bytes = bytes of originals we hold (stored once, not purged); photo_count = photos in the library.
CREATE TRIGGER photos_totals_insert AFTER INSERT ON photos
BEGIN
  UPDATE users SET
    storage_bytes = storage_bytes + CASE WHEN NEW.stored_at IS NOT NULL AND NEW.purged_at IS NULL THEN NEW.bytes ELSE 0 END,
    photo_count = photo_count + (NEW.lifecycle = 'stored')
  WHERE id = NEW.user_id AND NEW.stored_at IS NOT NULL;
END;
--> statement-breakpoint
CREATE TRIGGER photos_totals_update AFTER UPDATE OF lifecycle, stored_at, purged_at, bytes ON photos
WHEN OLD.lifecycle <> NEW.lifecycle OR OLD.bytes <> NEW.bytes OR OLD.stored_at IS NOT NEW.stored_at OR OLD.purged_at IS NOT NEW.purged_at
BEGIN
  UPDATE users SET
    storage_bytes = storage_bytes
      + CASE WHEN NEW.stored_at IS NOT NULL AND NEW.purged_at IS NULL THEN NEW.bytes ELSE 0 END
      - CASE WHEN OLD.stored_at IS NOT NULL AND OLD.purged_at IS NULL THEN OLD.bytes ELSE 0 END,
    photo_count = photo_count + (NEW.lifecycle = 'stored') - (OLD.lifecycle = 'stored')
  WHERE id = NEW.user_id;
END;
--> statement-breakpoint
CREATE TRIGGER photos_totals_delete AFTER DELETE ON photos
BEGIN
  UPDATE users SET
    storage_bytes = storage_bytes - CASE WHEN OLD.stored_at IS NOT NULL AND OLD.purged_at IS NULL THEN OLD.bytes ELSE 0 END,
    photo_count = photo_count - (OLD.lifecycle = 'stored')
  WHERE id = OLD.user_id;
END;
