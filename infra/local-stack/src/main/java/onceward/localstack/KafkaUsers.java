package onceward.localstack;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;

/**
 * Who uses the stack's Kafka, and what each may do. Only the relay writes. A service reads the
 * topics that it subscribes to, in groups that are named after its consumers. Commands look, and
 * create topics.
 */
final class KafkaUsers {

  /** Commands, and whoever sits before them. */
  static final String OPERATOR = "operator";

  private static final String RELAY = ProgramName.OUTBOX_RELAY.text();
  private static final String ANY = "*";

  private KafkaUsers() {}

  static List<String> all() {
    return List.of(
        OPERATOR, RELAY, ProgramName.AUTH_SERVICE.text(), ProgramName.USER_SERVICE.text());
  }

  /** Whether the program connects to Kafka. */
  static boolean isUser(ProgramName program) {
    return all().contains(program.text());
  }

  static List<AclBinding> rights() {
    return Stream.of(
            relay(),
            service(ProgramName.AUTH_SERVICE, List.of("profile.events"), List.of("auth-service.")),
            service(
                ProgramName.USER_SERVICE,
                List.of("account.events", "profile.events"),
                List.of("user-service.", "user-directory.")),
            operator())
        .flatMap(stream -> stream)
        .toList();
  }

  /** Its own topics, for positions and dead letters, begin with "relay.". */
  private static Stream<AclBinding> relay() {
    return Stream.of(
            may(
                RELAY,
                topics(ANY),
                AclOperation.WRITE,
                AclOperation.DESCRIBE,
                AclOperation.DESCRIBE_CONFIGS),
            may(
                RELAY,
                beginning(ResourceType.TOPIC, "relay."),
                AclOperation.CREATE,
                AclOperation.READ),
            may(
                RELAY,
                beginning(ResourceType.TRANSACTIONAL_ID, "onceward-relay-"),
                AclOperation.WRITE,
                AclOperation.DESCRIBE))
        .flatMap(stream -> stream);
  }

  /** A group is named after the consumer; a service may have several consumers. */
  private static Stream<AclBinding> service(
      ProgramName service, List<String> topics, List<String> groups) {
    return Stream.concat(
        topics.stream()
            .flatMap(topic ->
                may(
                    service.text(),
                    topics(topic),
                    AclOperation.READ,
                    AclOperation.DESCRIBE_CONFIGS)),
        groups.stream()
            .flatMap(group ->
                may(service.text(), beginning(ResourceType.GROUP, group), AclOperation.READ)));
  }

  private static Stream<AclBinding> operator() {
    return Stream.of(
            may(
                OPERATOR,
                topics(ANY),
                AclOperation.READ,
                AclOperation.CREATE,
                AclOperation.DESCRIBE_CONFIGS),
            may(
                OPERATOR,
                new ResourcePattern(ResourceType.GROUP, ANY, PatternType.LITERAL),
                AclOperation.DESCRIBE))
        .flatMap(stream -> stream);
  }

  private static ResourcePattern topics(String name) {
    return new ResourcePattern(ResourceType.TOPIC, name, PatternType.LITERAL);
  }

  private static ResourcePattern beginning(ResourceType type, String prefix) {
    return new ResourcePattern(type, prefix, PatternType.PREFIXED);
  }

  private static Stream<AclBinding> may(
      String user, ResourcePattern resource, AclOperation... operations) {
    return Arrays.stream(operations)
        .map(operation ->
            new AclBinding(
                resource,
                new AccessControlEntry("User:" + user, ANY, operation, AclPermissionType.ALLOW)));
  }
}
