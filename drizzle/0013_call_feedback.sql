CREATE TABLE "call_feedback" (
	"call_id" text NOT NULL,
	"source" text NOT NULL,
	"contact_id" uuid,
	"verdict" text NOT NULL,
	"scam_type" text,
	"note" text,
	"given_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "call_feedback_call_id_source_pk" PRIMARY KEY("call_id","source")
);
--> statement-breakpoint
ALTER TABLE "call_feedback" ADD CONSTRAINT "call_feedback_call_id_active_calls_call_sid_fk" FOREIGN KEY ("call_id") REFERENCES "public"."active_calls"("call_sid") ON DELETE cascade ON UPDATE no action;