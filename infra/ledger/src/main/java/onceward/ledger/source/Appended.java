package onceward.ledger.source;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A row of an outbox.
 *
 * @param database number of the database's name, see {@link Names}
 * @param aggregateType number of the kind of aggregate
 * @param type number of the type
 * @param version of the aggregate; 0 where none are counted
 * @param key digest of the aggregate's id
 * @param keyHash by which Kafka's producers choose a partition
 * @param payload digest
 * @param cause the message whose handling appended this one
 * @param transaction which appended it; distinguishes two that are not ages apart
 */
public record Appended(
    UUID id,
    int database,
    int aggregateType,
    int type,
    long version,
    long key,
    int keyHash,
    long payload,
    @Nullable UUID cause,
    long transaction)
    implements Entry {}
