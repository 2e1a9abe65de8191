package onceward.ledger.source;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * What a database has of the tables that are compared, and how far back.
 *
 * @param outboxFrom before this, days of the outbox have been dropped
 * @param inboxFrom below this id, days of the inbox have been dropped
 * @param slot that the outbox is captured from
 * @param subscriptions of consumers that store their claims here
 */
public record Catalog(
    boolean hasOutbox,
    boolean hasInbox,
    Optional<Instant> outboxFrom,
    Optional<UUID> inboxFrom,
    Optional<String> slot,
    List<Subscribed> subscriptions) {}
