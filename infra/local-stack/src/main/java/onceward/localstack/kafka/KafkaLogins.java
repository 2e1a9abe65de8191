package onceward.localstack.kafka;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import onceward.localstack.process.PasswordFile;

/**
 * Who may log in to a broker, each with a password in a {@link PasswordFile}. The broker then lets
 * nobody in without a login, and everybody but {@link #ADMIN} may do only what was allowed to them.
 * Immutable and thread-safe.
 */
public final class KafkaLogins {

  /** The broker itself and whoever sets it up: may do everything. */
  public static final String ADMIN = "broker";

  private static final String MODULE = "org.apache.kafka.common.security.plain.PlainLoginModule";

  private final SortedMap<String, String> passwords;

  private KafkaLogins(SortedMap<String, String> passwords) {
    this.passwords = passwords;
  }

  /** The passwords in that file; those of these users are generated where they are missing. */
  public static KafkaLogins in(Path file, List<String> users) {
    PasswordFile passwords = new PasswordFile(file);
    TreeMap<String, String> all = new TreeMap<>();
    all.put(ADMIN, passwords.findOrCreate(ADMIN));
    users.forEach(user -> all.put(user, passwords.findOrCreate(user)));
    return new KafkaLogins(all);
  }

  /** The properties by which a client logs in as that user. */
  public Map<String, String> client(String user) {
    return Map.of(
        "security.protocol", "SASL_PLAINTEXT",
        "sasl.mechanism", "PLAIN",
        "sasl.jaas.config", MODULE + " required " + login(user) + ";");
  }

  /** The properties of a broker that lets in these users only. */
  Map<String, String> broker(int port, int controllerPort) {
    String all =
        passwords.entrySet().stream()
            .map(entry -> "user_%s=\"%s\"".formatted(entry.getKey(), entry.getValue()))
            .collect(Collectors.joining(" "));
    String admin = "user_%s=\"%s\"".formatted(ADMIN, passwords.get(ADMIN));
    return Map.ofEntries(
        Map.entry(
            "listeners",
            "CLIENT://127.0.0.1:%d,CONTROLLER://127.0.0.1:%d".formatted(port, controllerPort)),
        Map.entry("advertised.listeners", "CLIENT://127.0.0.1:%d".formatted(port)),
        Map.entry("inter.broker.listener.name", "CLIENT"),
        Map.entry(
            "listener.security.protocol.map", "CLIENT:SASL_PLAINTEXT,CONTROLLER:SASL_PLAINTEXT"),
        Map.entry("sasl.enabled.mechanisms", "PLAIN"),
        Map.entry("sasl.mechanism.inter.broker.protocol", "PLAIN"),
        Map.entry("sasl.mechanism.controller.protocol", "PLAIN"),
        Map.entry("listener.name.client.plain.sasl.jaas.config", server(all)),
        Map.entry("listener.name.controller.plain.sasl.jaas.config", server(admin)),
        Map.entry(
            "authorizer.class.name", "org.apache.kafka.metadata.authorizer.StandardAuthorizer"),
        Map.entry("super.users", "User:" + ADMIN));
  }

  private String server(String users) {
    return MODULE + " required " + login(ADMIN) + " " + users + ";";
  }

  private String login(String user) {
    return "username=\"%s\" password=\"%s\"".formatted(user, passwords.get(user));
  }
}
