package onceward.relay;

import io.micronaut.context.annotation.EachProperty;
import io.micronaut.context.annotation.Parameter;
import io.micronaut.core.bind.annotation.Bindable;
import java.time.Duration;
import onceward.relay.capture.CaptureSettings;
import org.jspecify.annotations.Nullable;

/**
 * One database to relay from: {@code relay.pipelines.<name>.*}.
 *
 * <p>All is optional as far as binding goes, so that what is missing is reported by {@link
 * #validated()} in one line.
 *
 * @param name of the pipeline in logs, metrics and health
 * @param username a role with REPLICATION that may select from the outbox
 * @param slot the replication slot, made by the service's migrations
 * @param publication the publication, made by the service's migrations
 * @param source the CloudEvents source of the messages, e.g. {@code /onceward/auth-service}
 * @param pollInterval how long Debezium waits when idle. A message that comes alone is delayed by
 *     it once or twice; an idle pipeline spins through part of every interval
 * @param batchMax messages published and acknowledged at a time
 * @param queueMaxBytes bytes of captured rows that may wait in memory
 */
@EachProperty("relay.pipelines")
record PipelineConfiguration(
    @Parameter String name,
    @Nullable String host,
    @Bindable(defaultValue = "5432") int port,
    @Nullable String database,
    @Nullable String username,
    @Nullable String password,
    @Nullable String slot,
    @Bindable(defaultValue = "outbox") String publication,
    @Nullable String source,
    @Bindable(defaultValue = "5ms") Duration pollInterval,
    @Bindable(defaultValue = "512") int batchMax,
    @Bindable(defaultValue = "16777216") long queueMaxBytes) {

  static final String PREFIX = "relay.pipelines.";

  private static final String SLOT_NAME = "[a-z0-9_]{1,63}";
  private static final Duration POLL_MAX = Duration.ofSeconds(1);
  private static final int BATCH_MAX = 10_000;
  private static final long QUEUE_BYTES_MIN = 1024 * 1024;

  /**
   * @throws InvalidConfigurationException for the first property that is missing or not allowed
   */
  PipelineConfiguration validated() {
    requireThat(port > 0 && port < 65_536, "port", port, "a port, 1 to 65535");
    requireThat(!publication.isBlank(), "publication", publication, "a name");
    requireThat(
        required("slot", slot).matches(SLOT_NAME),
        "slot",
        slot,
        "lower-case letters, digits and _");
    required("source", source);
    var millis = pollInterval.toMillis();
    requireThat(
        millis >= 1 && millis <= POLL_MAX.toMillis(), "poll-interval", pollInterval, "1ms to 1s");
    requireThat(batchMax >= 1 && batchMax <= BATCH_MAX, "batch-max", batchMax, "1 to 10000");
    requireThat(
        queueMaxBytes >= QUEUE_BYTES_MIN, "queue-max-bytes", queueMaxBytes, "1 MiB or more");
    captureSettings();
    return this;
  }

  CaptureSettings captureSettings() {
    return new CaptureSettings(
        name,
        required("host", host),
        port,
        required("database", database),
        required("username", username),
        required("password", password),
        required("slot", slot),
        publication,
        pollInterval,
        batchMax,
        queueMaxBytes);
  }

  String requiredSource() {
    return required("source", source);
  }

  private String required(String property, @Nullable String value) {
    if (value == null || value.isBlank()) {
      throw new InvalidConfigurationException(
          "%s%s.%s is missing; set it to a non-empty value".formatted(PREFIX, name, property));
    }
    return value;
  }

  private void requireThat(boolean holds, String property, @Nullable Object value, String allowed) {
    if (!holds) {
      throw new InvalidConfigurationException(
          "%s%s.%s is '%s'; allowed: %s".formatted(PREFIX, name, property, value, allowed));
    }
  }

  /** Leaves the password out. */
  @Override
  public String toString() {
    return "pipeline %s: slot %s of database %s at %s:%d"
        .formatted(name, slot, database, host, port);
  }
}
