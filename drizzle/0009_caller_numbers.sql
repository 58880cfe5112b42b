CREATE TABLE "caller_numbers" (
	"user_id" uuid NOT NULL,
	"phone_number" text NOT NULL,
	"trust" text NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "caller_numbers_user_id_phone_number_pk" PRIMARY KEY("user_id","phone_number")
);
--> statement-breakpoint
ALTER TABLE "active_calls" ADD COLUMN "priors" jsonb;--> statement-breakpoint
ALTER TABLE "users" ADD COLUMN "sensitivity" text DEFAULT 'normal' NOT NULL;--> statement-breakpoint
ALTER TABLE "caller_numbers" ADD CONSTRAINT "caller_numbers_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;