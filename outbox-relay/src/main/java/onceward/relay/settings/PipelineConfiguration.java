package onceward.relay.settings;

import io.micronaut.context.annotation.EachProperty;
import io.micronaut.context.annotation.Parameter;
import io.micronaut.core.bind.annotation.Bindable;
import io.micronaut.core.convert.ConversionService;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import onceward.relay.capture.CaptureMethod;
import onceward.relay.capture.CaptureSettings;
import onceward.relay.preflight.TopicRisk;
import onceward.relay.publish.Addressing;
import onceward.relay.publish.Delivery;
import onceward.relay.publish.TopicName;
import onceward.relay.publish.TopicPattern;
import onceward.relay.source.DatabaseSettings;
import onceward.relay.source.Servers;
import onceward.relay.source.Servers.Address;
import onceward.relay.source.Shard;
import org.jspecify.annotations.Nullable;

/**
 * One database to relay from: {@code relay.pipelines.<name>.*}.
 *
 * <p>All is optional text as far as binding goes, so that what is missing or of the wrong kind is
 * reported by {@link #captureSettings} in one line; binding would put a default in its place.
 *
 * @param name of the pipeline in logs, metrics and health
 * @param host the server of the database; or several, separated by commas, of which the primary is
 *     looked for before every start
 * @param port of each of them that names none of its own
 * @param username a role with REPLICATION that may select from the outbox
 * @param password of that role; or
 * @param passwordFile a file that holds it, read anew for every connection: it may change while the
 *     relay runs
 * @param sslmode {@code disable}, {@code prefer}, {@code require}, {@code verify-ca} or {@code
 *     verify-full}, as for every PostgreSQL client; by default {@code verify-full} where {@code
 *     sslrootcert} is set, and {@code prefer} elsewhere
 * @param sslrootcert a file of certificates that the server's is to be signed by, or {@code system}
 *     for those that Java trusts
 * @param sslcert the relay's own certificate, with {@code sslkey}; these files are read anew for
 *     every connection
 * @param sslkey its key, without a password: PKCS #8, as .pem or .der
 * @param table the outbox, with its schema
 * @param schema in which the relay's own tables are, {@code relay_canary} and {@code relay_parked}:
 *     where the migrations or the script ran
 * @param slot the replication slot, made by the service's migrations
 * @param publication the publication, made by the service's migrations
 * @param source the CloudEvents source of the messages, e.g. {@code /onceward/auth-service}
 * @param topic what the topics are called, see {@link TopicPattern}; consumers by this project's
 *     library need the default
 * @param topics those that will be published to, separated by commas; they are looked at before
 *     every start, others when they do not take a message
 * @param acceptedTopicRisks settings of topics that are not refused although Kafka can lose
 *     messages by them, by the names of {@link TopicRisk}, separated by commas; by default none
 * @param canaryInterval how often the canary is moved, 100ms to 10s; also how often the slot moves
 *     while the outbox is silent
 * @param checkpointInterval how often, at most, the slot is let move past what is published, 0ms to
 *     1s; a crash makes that much more be captured again, and at least once published again. One
 *     with every batch (0ms) delays what is committed meanwhile
 * @param pollInterval how long Debezium's engine waits when idle, 1ms to 999ms. A message that
 *     comes alone is delayed by it once or twice, and Debezium spins through part of every
 *     interval. Measured on two busy cores, two idle pipelines: 5 ms takes 26 % of a core and 10 ms
 *     (median, commit to consumer), 10 ms takes 19 % and 13 ms; hence 5 ms
 * @param batchMax messages published at a time
 * @param queueMaxBytes bytes of captured rows that may wait in memory
 * @param delivery {@code at-least-once} or {@code exactly-once}; may be changed between two starts
 * @param capture {@code pgoutput} or {@code engine}, see {@link CaptureMethod}; may be changed
 *     between two starts
 * @param shards how many pipelines publish the outbox, each the rows of a part of the aggregates:
 *     1, 2, 4, 8 or 16. More than one are called as this one, with - and a number behind, and so
 *     are slots and publications, with _ and a number
 */
@EachProperty("relay.pipelines")
public record PipelineConfiguration(
    @Parameter String name,
    @Nullable String host,
    @Bindable(defaultValue = "5432") String port,
    @Nullable String database,
    @Nullable String username,
    @Nullable String password,
    @Nullable String passwordFile,
    @Nullable String sslmode,
    @Nullable String sslrootcert,
    @Nullable String sslcert,
    @Nullable String sslkey,
    @Bindable(defaultValue = "public.outbox") String table,
    @Bindable(defaultValue = "public") String schema,
    @Nullable String slot,
    @Bindable(defaultValue = "outbox") String publication,
    @Nullable String source,
    @Bindable(defaultValue = "{aggregatetype}.events") String topic,
    @Nullable String topics,
    @Nullable String acceptedTopicRisks,
    @Bindable(defaultValue = "5s") String canaryInterval,
    @Bindable(defaultValue = "100ms") String checkpointInterval,
    @Bindable(defaultValue = "5ms") String pollInterval,
    @Bindable(defaultValue = "2048") String batchMax,
    @Bindable(defaultValue = "4194304") String queueMaxBytes,
    @Bindable(defaultValue = "at-least-once") String delivery,
    @Bindable(defaultValue = "pgoutput") String capture,
    @Bindable(defaultValue = "1") String shards) {

  public static final String PREFIX = "relay.pipelines.";

  private static final Predicate<String> TABLE_NAME =
      Pattern.compile("[a-z_][a-z0-9_]{0,62}[.][a-z_][a-z0-9_]{0,62}").asMatchPredicate();
  private static final Pattern SERVER =
      Pattern.compile(
          "(?<bare>(?=.*:.*:)[0-9A-Fa-f:.]+)|(\\[(?<bracketed>(?=.*:.*:)[0-9A-Fa-f:.]+)]|(?<name>[A-Za-z0-9_.-]+))(:(?<port>[0-9]{1,5}))?");
  private static final String HOSTS =
      "the name or the address of a host, or several separated by commas, each once and with :port where .port is not its own; IPv6 with a port in brackets";
  private static final int SERVERS_MAX = 16;
  private static final Predicate<String> SCHEMA_NAME =
      Pattern.compile("[a-z_][a-z0-9_]{0,62}").asMatchPredicate();
  // The server reads the name of a publication in lower case when it decodes, and Debezium quotes
  // none.
  private static final Predicate<String> PUBLICATION_NAME =
      Pattern.compile("[a-z0-9_-]{1,63}").asMatchPredicate();
  private static final int SHARDED_NAME_MAX = 60;
  private static final Predicate<String> SLOT_NAME =
      Pattern.compile("[a-z0-9_]{1,63}").asMatchPredicate();

  /**
   * How many pipelines publish the outbox.
   *
   * @throws InvalidConfigurationException if it is not allowed
   */
  public int shardCount() {
    return ConversionService.SHARED
        .convert(shards, Integer.class)
        .filter(Shard.COUNTS::contains)
        .orElseThrow(() -> checks().refused("shards", shards, "1, 2, 4, 8, 16"));
  }

  /**
   * What the capture needs.
   *
   * @param shard from 0 to below the number of shards
   * @throws InvalidConfigurationException for the first property that is missing or not allowed
   */
  public CaptureSettings captureSettings(int shard) {
    var settings = databaseSettings(shard);
    return new CaptureSettings(
        settings.shard().pipeline(name),
        settings,
        pollIntervalChecked(),
        checks().between(1, 10_000, "batch-max", batchMax),
        checks().between(1_048_576, 1_073_741_824, "queue-max-bytes", queueMaxBytes));
  }

  private DatabaseSettings databaseSettings(int shard) {
    return new DatabaseSettings(
        new Servers(servers()),
        checks().required("database", database),
        checks().required("username", username),
        passwordSupplier(),
        TlsChecks.tls(checks(), sslmode, sslrootcert, sslcert, sslkey),
        checks()
            .allowed(
                "table", table, TABLE_NAME, "schema.table in lower-case letters, digits and _"),
        checks().allowed("schema", schema, SCHEMA_NAME, "lower-case letters, digits and _"),
        new Shard(
            shard,
            shardCount(),
            named("slot", slot, SLOT_NAME, "lower-case letters, digits and _"),
            named(
                "publication",
                publication,
                PUBLICATION_NAME,
                "lower-case letters, digits, _ and -; alter publication … rename to … helps")));
  }

  /** The server cuts longer names off. */
  private String named(
      String property, @Nullable String value, Predicate<String> rule, String allowed) {
    var named = checks().allowed(property, value, rule, allowed);
    if (shardCount() > 1 && named.length() > SHARDED_NAME_MAX) {
      throw checks()
          .refused(
              property,
              named,
              "at most %d characters, with the number of a shard behind it"
                  .formatted(SHARDED_NAME_MAX));
    }
    return named;
  }

  private List<Address> servers() {
    var ordinary = checks().between(1, 65_535, "port", port);
    var servers =
        Pattern.compile(",")
            .splitAsStream(checks().required("host", host))
            .map(one -> server(one.strip(), ordinary))
            .toList();
    if (servers.size() > SERVERS_MAX || Set.copyOf(servers).size() < servers.size()) {
      throw checks().refused("host", String.valueOf(host), HOSTS);
    }
    return servers;
  }

  private Address server(String one, int ordinaryPort) {
    var named = SERVER.matcher(one);
    if (!named.matches()) {
      throw checks().refused("host", String.valueOf(host), HOSTS);
    }
    var name = Stream.of("bare", "bracketed", "name").map(named::group).filter(Objects::nonNull);
    var ownPort = named.group("port");
    return new Address(
        name.findFirst().orElseThrow(),
        ownPort == null ? ordinaryPort : checks().between(1, 65_535, "host", ownPort));
  }

  private Supplier<String> passwordSupplier() {
    if (passwordFile == null || passwordFile.isBlank()) {
      var fixed = checks().required("password", password);
      return () -> fixed;
    }
    if (password != null && !password.isBlank()) {
      throw checks().contradicted("password", "and .password-file are both set; set one of them");
    }
    var file = new PasswordFile(Path.of(passwordFile));
    file.get();
    return file;
  }

  /**
   * Topics that are known to be published to; may be none.
   *
   * @throws InvalidConfigurationException if one of them is no name of a topic
   */
  public Set<String> declaredTopics() {
    return listed(topics)
        .map(one -> checks().allowed("topics", one, TopicName::isAllowed, TopicName.ALLOWED))
        .collect(Collectors.toUnmodifiableSet());
  }

  /**
   * Settings of topics by which Kafka can lose messages, and which are accepted.
   *
   * @throws InvalidConfigurationException if one of them is no {@link TopicRisk}
   */
  public Set<TopicRisk> acceptedRisks() {
    return listed(acceptedTopicRisks)
        .map(one ->
            TopicRisk.of(one)
                .orElseThrow(
                    () -> checks().refused("accepted-topic-risks", one, TopicRisk.codes())))
        .collect(Collectors.toUnmodifiableSet());
  }

  private static Stream<String> listed(@Nullable String list) {
    return list == null
        ? Stream.of()
        : Pattern.compile(",").splitAsStream(list).map(String::strip).filter(one -> !one.isEmpty());
  }

  /**
   * Where the messages go to, and what source they name.
   *
   * @throws InvalidConfigurationException if one of the two is missing or not allowed
   */
  public Addressing addressing() {
    return new Addressing(
        TopicPattern.parse(topic)
            .orElseThrow(() -> checks().refused("topic", topic, TopicPattern.ALLOWED)),
        checks().required("source", source));
  }

  /**
   * How often a message may come to be in its topic.
   *
   * @throws InvalidConfigurationException if it is no mode
   */
  public Delivery deliveryMode() {
    return Delivery.of(delivery)
        .orElseThrow(() -> checks().refused("delivery", delivery, Delivery.codes()));
  }

  /**
   * What reads the log.
   *
   * @throws InvalidConfigurationException if it is no method
   */
  public CaptureMethod captureMethod() {
    return CaptureMethod.of(capture)
        .orElseThrow(() -> checks().refused("capture", capture, CaptureMethod.codes()));
  }

  /**
   * How often the canary is moved.
   *
   * @throws InvalidConfigurationException if it is out of bounds
   */
  public Duration canaryIntervalChecked() {
    return checks().between(100, 10_000, "canary-interval", canaryInterval, "100ms to 10s");
  }

  /**
   * How often, at most, the slot is let move.
   *
   * @throws InvalidConfigurationException if it is out of bounds
   */
  public Duration checkpointIntervalChecked() {
    return checks().between(0, 1_000, "checkpoint-interval", checkpointInterval, "0ms to 1s");
  }

  private Duration pollIntervalChecked() {
    return checks().between(1, 999, "poll-interval", pollInterval, "1ms to 999ms");
  }

  private PropertyChecks checks() {
    return new PropertyChecks(PREFIX + name + ".");
  }

  /** Leaves the password out. */
  @Override
  public String toString() {
    return "pipeline %s: slot %s of database %s at %s:%s"
        .formatted(name, slot, database, host, port);
  }
}
