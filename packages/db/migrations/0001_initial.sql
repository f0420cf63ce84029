-- CreateTable
CREATE TABLE "dashboard" (
    "tenant" TEXT NOT NULL,
    "id" TEXT NOT NULL,
    "title" TEXT NOT NULL,
    "description" TEXT NOT NULL,
    "tags" TEXT[],
    "panels" JSON NOT NULL,
    "version" INTEGER NOT NULL,
    "updated_at_ms" BIGINT NOT NULL,

    CONSTRAINT "dashboard_pkey" PRIMARY KEY ("tenant","id")
);

-- CreateTable
CREATE TABLE "rule" (
    "tenant" TEXT NOT NULL,
    "id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "expr" TEXT NOT NULL,
    "for_ms" BIGINT NOT NULL,
    "keep_firing_for_ms" BIGINT NOT NULL,
    "labels" JSON NOT NULL,
    "annotations" JSON NOT NULL,
    "enabled" BOOLEAN NOT NULL,
    "version" INTEGER NOT NULL,
    "created_at_ms" BIGINT NOT NULL,
    "updated_at_ms" BIGINT NOT NULL,

    CONSTRAINT "rule_pkey" PRIMARY KEY ("tenant","id")
);

-- CreateTable
CREATE TABLE "receiver" (
    "tenant" TEXT NOT NULL,
    "id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "settings" JSON NOT NULL,
    "matchers" TEXT[],
    "group_by" TEXT[],
    "group_wait_ms" BIGINT NOT NULL,
    "group_interval_ms" BIGINT NOT NULL,
    "repeat_interval_ms" BIGINT NOT NULL,
    "send_resolved" BOOLEAN NOT NULL,
    "enabled" BOOLEAN NOT NULL,
    "version" INTEGER NOT NULL,
    "updated_at_ms" BIGINT NOT NULL,

    CONSTRAINT "receiver_pkey" PRIMARY KEY ("tenant","id")
);

-- CreateTable
CREATE TABLE "alert_instance" (
    "tenant" TEXT NOT NULL,
    "rule_id" TEXT NOT NULL,
    "fingerprint" TEXT NOT NULL,
    "rule_name" TEXT NOT NULL,
    "labels" JSON NOT NULL,
    "annotations" JSON NOT NULL,
    "state" TEXT NOT NULL,
    "value" DOUBLE PRECISION NOT NULL,
    "active_since_ms" BIGINT NOT NULL,
    "firing_since_ms" BIGINT,
    "quiet_since_ms" BIGINT,
    "resolved_at_ms" BIGINT,
    "sample_at_ms" BIGINT NOT NULL,
    "evaluated_at_ms" BIGINT NOT NULL,

    CONSTRAINT "alert_instance_pkey" PRIMARY KEY ("tenant","rule_id","fingerprint")
);

-- CreateTable
CREATE TABLE "alert_transition" (
    "id" BIGSERIAL NOT NULL,
    "tenant" TEXT NOT NULL,
    "at_ms" BIGINT NOT NULL,
    "rule_id" TEXT NOT NULL,
    "rule_name" TEXT NOT NULL,
    "fingerprint" TEXT NOT NULL,
    "labels" JSON NOT NULL,
    "from_state" TEXT NOT NULL,
    "to_state" TEXT NOT NULL,
    "value" DOUBLE PRECISION NOT NULL,

    CONSTRAINT "alert_transition_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "notification" (
    "id" BIGSERIAL NOT NULL,
    "tenant" TEXT NOT NULL,
    "receiver_id" TEXT NOT NULL,
    "group_key" TEXT NOT NULL,
    "state_version" INTEGER NOT NULL,
    "receiver_name" TEXT NOT NULL,
    "receiver_kind" TEXT NOT NULL,
    "status" TEXT NOT NULL,
    "group_labels" JSON NOT NULL,
    "alerts" JSON NOT NULL,
    "rule_ids" TEXT[],
    "fingerprints" TEXT[],
    "outcome" TEXT NOT NULL,
    "attempts" INTEGER NOT NULL,
    "error" TEXT,
    "created_at_ms" BIGINT NOT NULL,
    "sample_at_ms" BIGINT NOT NULL,
    "evaluated_at_ms" BIGINT NOT NULL,
    "dispatched_at_ms" BIGINT,
    "delivered_at_ms" BIGINT,

    CONSTRAINT "notification_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "alert_transition_tenant_at_ms_idx" ON "alert_transition"("tenant", "at_ms");

-- CreateIndex
CREATE INDEX "alert_transition_at_ms_idx" ON "alert_transition"("at_ms");

-- CreateIndex
CREATE INDEX "notification_tenant_created_at_ms_idx" ON "notification"("tenant", "created_at_ms");

-- CreateIndex
CREATE INDEX "notification_created_at_ms_idx" ON "notification"("created_at_ms");

-- CreateIndex
CREATE UNIQUE INDEX "notification_tenant_receiver_id_group_key_state_version_key" ON "notification"("tenant", "receiver_id", "group_key", "state_version");
