CREATE TABLE "alert_events" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "alert_events_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"call_id" text NOT NULL,
	"alert_id" uuid,
	"type" text NOT NULL,
	"by" text NOT NULL,
	"delivery_id" uuid,
	"contact_id" uuid,
	"channel" text,
	"detail" text,
	"at" timestamp (3) with time zone DEFAULT clock_timestamp() NOT NULL
);
--> statement-breakpoint
ALTER TABLE "deliveries" ADD COLUMN "call_id" text;--> statement-breakpoint
ALTER TABLE "deliveries" ADD COLUMN "scheduled_at" timestamp (3) with time zone DEFAULT now() NOT NULL;--> statement-breakpoint
ALTER TABLE "users" ADD COLUMN "contacts_after_s" integer;--> statement-breakpoint
ALTER TABLE "users" ADD COLUMN "voice_after_s" integer;--> statement-breakpoint
ALTER TABLE "alert_events" ADD CONSTRAINT "alert_events_call_id_active_calls_call_sid_fk" FOREIGN KEY ("call_id") REFERENCES "public"."active_calls"("call_sid") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "alert_events" ADD CONSTRAINT "alert_events_alert_id_alerts_id_fk" FOREIGN KEY ("alert_id") REFERENCES "public"."alerts"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "alert_events_call_id_idx" ON "alert_events" USING btree ("call_id");--> statement-breakpoint
CREATE INDEX "alert_events_alert_id_idx" ON "alert_events" USING btree ("alert_id");--> statement-breakpoint
ALTER TABLE "deliveries" ADD CONSTRAINT "deliveries_call_id_active_calls_call_sid_fk" FOREIGN KEY ("call_id") REFERENCES "public"."active_calls"("call_sid") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "deliveries_call_id_contact_id_idx" ON "deliveries" USING btree ("call_id","contact_id");--> statement-breakpoint
UPDATE "deliveries" SET "scheduled_at" = "created_at";
