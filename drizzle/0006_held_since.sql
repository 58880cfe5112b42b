DROP INDEX "active_calls_heartbeat_at_idx";--> statement-breakpoint
ALTER TABLE "active_calls" ADD COLUMN "held_since" timestamp (3) with time zone;--> statement-breakpoint
CREATE INDEX "active_calls_heartbeat_at_idx" ON "active_calls" USING btree ("heartbeat_at") WHERE "active_calls"."heartbeat_at" is not null;--> statement-breakpoint
UPDATE "active_calls" SET "heartbeat_at" = NULL WHERE "status" = 'completed';
