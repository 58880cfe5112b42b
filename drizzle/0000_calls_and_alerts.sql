CREATE TABLE "active_calls" (
	"call_sid" text PRIMARY KEY NOT NULL,
	"user_id" uuid,
	"from_number" text,
	"to_number" text,
	"status" text NOT NULL,
	"risk" text DEFAULT 'low' NOT NULL,
	"scam_type" text DEFAULT 'none' NOT NULL,
	"blind_ms" integer DEFAULT 0 NOT NULL,
	"instance_id" text NOT NULL,
	"started_at" timestamp (3) with time zone NOT NULL,
	"ended_at" timestamp (3) with time zone
);
--> statement-breakpoint
CREATE TABLE "alerts" (
	"id" uuid PRIMARY KEY NOT NULL,
	"call_id" text NOT NULL,
	"fraud_analysis_id" uuid NOT NULL,
	"step" text NOT NULL,
	"scam_type" text NOT NULL,
	"message" text NOT NULL,
	"spoken_at" timestamp (3) with time zone NOT NULL,
	"decided_at" timestamp (3) with time zone NOT NULL,
	"raised_at" timestamp (3) with time zone NOT NULL,
	"acknowledged_at" timestamp (3) with time zone,
	"acknowledged_by" uuid,
	"false_alarm_at" timestamp (3) with time zone
);
--> statement-breakpoint
CREATE TABLE "call_facts" (
	"call_id" text NOT NULL,
	"utterance_id" text NOT NULL,
	"tactic" text NOT NULL,
	"finder" text NOT NULL,
	"stance" text NOT NULL,
	"quote" text NOT NULL,
	"at_ms" integer NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "call_facts_call_id_utterance_id_tactic_finder_pk" PRIMARY KEY("call_id","utterance_id","tactic","finder")
);
--> statement-breakpoint
CREATE TABLE "deliveries" (
	"id" uuid PRIMARY KEY NOT NULL,
	"alert_id" uuid,
	"contact_id" uuid NOT NULL,
	"channel" text NOT NULL,
	"message" text NOT NULL,
	"status" text NOT NULL,
	"attempts" integer DEFAULT 0 NOT NULL,
	"due_at" timestamp (3) with time zone,
	"leased_by" text,
	"provider_sid" text,
	"failed_sid" text,
	"error_code" text,
	"error" text,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp (3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "emergency_contacts" (
	"id" uuid PRIMARY KEY NOT NULL,
	"user_id" uuid NOT NULL,
	"name" text NOT NULL,
	"phone_number" text NOT NULL,
	"status" text NOT NULL,
	"opt_in" text NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"status_changed_at" timestamp (3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "fraud_analyses" (
	"id" uuid PRIMARY KEY NOT NULL,
	"call_id" text NOT NULL,
	"finder" text NOT NULL,
	"risk" text NOT NULL,
	"score" integer NOT NULL,
	"scam_type" text NOT NULL,
	"because" text[] NOT NULL,
	"summary" text NOT NULL,
	"policy_version" text NOT NULL,
	"at_ms" integer NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "transcription_events" (
	"call_id" text NOT NULL,
	"utterance_number" integer NOT NULL,
	"speaker" text NOT NULL,
	"text" text NOT NULL,
	"start_ms" integer NOT NULL,
	"end_ms" integer NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "transcription_events_call_id_utterance_number_pk" PRIMARY KEY("call_id","utterance_number")
);
--> statement-breakpoint
CREATE TABLE "users" (
	"id" uuid PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"phone_number" text NOT NULL,
	"line_number" text NOT NULL,
	"mode" text NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "users_phone_number_unique" UNIQUE("phone_number"),
	CONSTRAINT "users_line_number_unique" UNIQUE("line_number")
);
--> statement-breakpoint
ALTER TABLE "active_calls" ADD CONSTRAINT "active_calls_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "alerts" ADD CONSTRAINT "alerts_call_id_active_calls_call_sid_fk" FOREIGN KEY ("call_id") REFERENCES "public"."active_calls"("call_sid") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "alerts" ADD CONSTRAINT "alerts_fraud_analysis_id_fraud_analyses_id_fk" FOREIGN KEY ("fraud_analysis_id") REFERENCES "public"."fraud_analyses"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "call_facts" ADD CONSTRAINT "call_facts_call_id_active_calls_call_sid_fk" FOREIGN KEY ("call_id") REFERENCES "public"."active_calls"("call_sid") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "deliveries" ADD CONSTRAINT "deliveries_alert_id_alerts_id_fk" FOREIGN KEY ("alert_id") REFERENCES "public"."alerts"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "deliveries" ADD CONSTRAINT "deliveries_contact_id_emergency_contacts_id_fk" FOREIGN KEY ("contact_id") REFERENCES "public"."emergency_contacts"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "emergency_contacts" ADD CONSTRAINT "emergency_contacts_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "fraud_analyses" ADD CONSTRAINT "fraud_analyses_call_id_active_calls_call_sid_fk" FOREIGN KEY ("call_id") REFERENCES "public"."active_calls"("call_sid") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "transcription_events" ADD CONSTRAINT "transcription_events_call_id_active_calls_call_sid_fk" FOREIGN KEY ("call_id") REFERENCES "public"."active_calls"("call_sid") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "active_calls_user_id_idx" ON "active_calls" USING btree ("user_id");--> statement-breakpoint
CREATE INDEX "active_calls_ended_at_idx" ON "active_calls" USING btree ("ended_at");--> statement-breakpoint
CREATE UNIQUE INDEX "alerts_call_id_step_idx" ON "alerts" USING btree ("call_id","step");--> statement-breakpoint
CREATE INDEX "alerts_fraud_analysis_id_idx" ON "alerts" USING btree ("fraud_analysis_id");--> statement-breakpoint
CREATE UNIQUE INDEX "deliveries_alert_id_contact_id_channel_idx" ON "deliveries" USING btree ("alert_id","contact_id","channel");--> statement-breakpoint
CREATE INDEX "deliveries_contact_id_idx" ON "deliveries" USING btree ("contact_id");--> statement-breakpoint
CREATE INDEX "deliveries_due_at_idx" ON "deliveries" USING btree ("due_at") WHERE "deliveries"."due_at" is not null;--> statement-breakpoint
CREATE UNIQUE INDEX "emergency_contacts_user_id_phone_number_idx" ON "emergency_contacts" USING btree ("user_id","phone_number");--> statement-breakpoint
CREATE INDEX "emergency_contacts_phone_number_idx" ON "emergency_contacts" USING btree ("phone_number");--> statement-breakpoint
CREATE INDEX "fraud_analyses_created_at_idx" ON "fraud_analyses" USING btree ("created_at");--> statement-breakpoint
CREATE INDEX "fraud_analyses_call_id_idx" ON "fraud_analyses" USING btree ("call_id");