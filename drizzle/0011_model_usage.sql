ALTER TABLE "active_calls" ADD COLUMN "model_requests" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "active_calls" ADD COLUMN "model_input_tokens" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "active_calls" ADD COLUMN "model_cached_input_tokens" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "active_calls" ADD COLUMN "model_output_tokens" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "fraud_analyses" ADD COLUMN "prompt_version" text;