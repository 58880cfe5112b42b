ALTER TABLE "fraud_analyses" ADD COLUMN "weights_version" text DEFAULT 'unknown' NOT NULL;--> statement-breakpoint
ALTER TABLE "fraud_analyses" ADD COLUMN "basis" jsonb;