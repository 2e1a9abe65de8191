package onceward.messaging.delivery;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;
import java.time.Duration;
import org.apache.kafka.clients.consumer.GroupProtocol;
import org.jspecify.annotations.Nullable;

/**
 * How this process consumes.
 *
 * @param instance a name for this process that survives its restart and that no other process of
 *     the service shares. With it, a process that was killed takes its partitions back at once when
 *     it restarts; without it, and with the protocol {@code consumer}, they wait for the session
 *     time-out
 * @param groupProtocol how the processes of a service share the partitions: {@code classic}, or
 *     {@code consumer} (KIP-848), which needs Kafka 4.0 or newer
 * @param sessionTimeout how long Kafka waits for a silent process before others take over its
 *     partitions. The broker sets bounds: {@code group.min.session.timeout.ms} and {@code
 *     group.max.session.timeout.ms}. With the protocol {@code consumer} the broker alone decides,
 *     by {@code group.consumer.session.timeout.ms}, and this is only how long readiness puts up
 *     with Kafka's silence
 * @param maxPollRecords how many records one poll may return
 * @param partitionsAtOnceMax how many partitions of a subscription are handled side by side; each
 *     takes a database connection
 * @param retryFirst the wait before a failed message is tried again; it doubles with every further
 *     failure
 * @param retryMax the longest such wait
 * @param attemptsMax how often a message is tried that fails for what does not look transient,
 *     before it becomes a dead letter
 * @param stopIfDatabaseRewound whether a consumer stops in a partition if the database knows less
 *     than it did when the offset in Kafka was committed, because it was restored from an earlier
 *     time or made anew. False is for tests that bring a new database to topics and groups of old
 */
@ConfigurationProperties("messaging")
public record MessagingConfiguration(
    @Nullable String instance,
    @Bindable(defaultValue = "classic") GroupProtocol groupProtocol,
    @Bindable(defaultValue = "10s") Duration sessionTimeout,
    @Bindable(defaultValue = "200") int maxPollRecords,
    @Bindable(defaultValue = "4") int partitionsAtOnceMax,
    @Bindable(defaultValue = "100ms") Duration retryFirst,
    @Bindable(defaultValue = "10s") Duration retryMax,
    @Bindable(defaultValue = "5") int attemptsMax,
    @Bindable(defaultValue = "true") boolean stopIfDatabaseRewound) {}
