package onceward.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Map;
import onceward.messaging.testkit.TestServers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever the preflight reaches, the capture reaches. */
class PlaceTest extends OutboxAndTopic {

  @Test
  void a_database_of_any_name() throws Exception {
    var name = database.name() + "+eu 100%/?&'";
    rename(database.name(), name);
    try {
      assertPublished(Map.of("database", name));
    } finally {
      rename(name, database.name());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"::1", "[::1]"})
  void an_address_of_ipv6(String host) throws Exception {
    assumeTrue(NetworkInterface.networkInterfaces().anyMatch(PlaceTest::hasIpv6Loopback));
    try (var door = new ServerSocket(0, 50, InetAddress.ofLiteral("::1"))) {
      Thread.ofVirtual().start(() -> forward(door));

      assertPublished(Map.of("host", host, "port", door.getLocalPort()));
    }
  }

  /** PostgreSQL recommends it: the role then sees no table of schema public by its bare name. */
  @Test
  void a_role_that_sees_its_own_schema_only() throws Exception {
    database.administer(
        "alter role relay in database %s set search_path = '\"$user\"'".formatted(database.name()));

    assertPublished(Map.of());
  }

  @Test
  void migrations_that_ran_in_a_schema_of_their_own() throws Exception {
    try (var elsewhere = OutboxDatabase.createIn("app")) {
      try (var pipeline =
          LonePipeline.start(
              elsewhere.parts(Map.of("table", "app.outbox", "schema", "app"), Map.of()))) {
        pipeline.awaitStreaming();

        elsewhere.append(topic.aggregateType(), "a", 1);

        assertThat(topic.atLeast(1)).hasSize(1);
      }
    }
  }

  private void assertPublished(Map<String, Object> properties) throws Exception {
    try (var pipeline = LonePipeline.start(database.parts(properties, Map.of()))) {
      pipeline.awaitStreaming();

      database.appendTo(
          String.valueOf(properties.getOrDefault("database", database.name())),
          topic.aggregateType());

      assertThat(topic.atLeast(1)).hasSize(1);
    }
  }

  private static void rename(String from, String to) {
    await()
        .atMost(LIMIT)
        .ignoreExceptions()
        .until(() -> {
          try (var connection = TestServers.postgres().connect("postgres");
              var statement = connection.createStatement()) {
            statement.execute("alter database \"%s\" rename to \"%s\"".formatted(from, to));
            return true;
          }
        });
  }

  private static boolean hasIpv6Loopback(NetworkInterface one) {
    return one.inetAddresses()
        .anyMatch(address -> address.getHostAddress().startsWith("0:0:0:0:0:0:0:1"));
  }

  private static void forward(ServerSocket door) {
    try {
      while (true) {
        var client = door.accept();
        var server = new Socket(TestServers.postgres().host(), TestServers.postgres().port());
        Thread.ofVirtual().start(() -> pass(client, server));
        Thread.ofVirtual().start(() -> pass(server, client));
      }
    } catch (IOException closed) {
      // The test is over.
    }
  }

  private static void pass(Socket from, Socket to) {
    try (from;
        to;
        InputStream in = from.getInputStream();
        OutputStream out = to.getOutputStream()) {
      in.transferTo(out);
    } catch (IOException ended) {
      // By either side.
    }
  }
}
