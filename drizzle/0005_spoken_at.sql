ALTER TABLE "transcription_events" ADD COLUMN "spoken_at" timestamp (3) with time zone;--> statement-breakpoint
UPDATE "transcription_events" SET "spoken_at" = "created_at";--> statement-breakpoint
ALTER TABLE "transcription_events" ALTER COLUMN "spoken_at" SET NOT NULL;
