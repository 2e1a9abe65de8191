package onceward.localstack;

import java.util.LinkedHashMap;
import java.util.Map;
import onceward.localstack.postgres.PostgresServer;

/**
 * The settings that each program gets from the stack. No program gets the login of a migrator: its
 * migrations are a step with settings of its own.
 */
record ProgramProperties(
    StackPorts ports, PostgresServer postgres, String bootstrapServers, StackHome home) {

  /** The default of {@code gateway.upstreams.passwords-max}. */
  private static final String PASSWORDS_MAX = "48";

  Map<String, String> of(ProgramName program) {
    Map<String, String> properties = new LinkedHashMap<>();
    properties.put("micronaut.server.host", "127.0.0.1");
    properties.put("micronaut.server.port", Integer.toString(ports.of(program)));
    properties.put("management.host", "127.0.0.1");
    properties.put("management.port", Integer.toString(ports.management().of(program)));
    properties.put("management.operator-token-file", home.operatorTokens().operator().toString());
    properties.put("management.reader-token-file", home.operatorTokens().reader().toString());
    if (KafkaUsers.isUser(program)) {
      properties.put("kafka.bootstrap-servers", bootstrapServers);
      properties.put("kafka.client-properties", home.kafkaLogin(program.text()).toString());
    }
    switch (program) {
      case AUTH_SERVICE -> authService(properties);
      case USER_SERVICE -> userService(properties);
      case OUTBOX_RELAY -> outboxRelay(properties);
      case GATEWAY -> gateway(properties);
    }
    return properties;
  }

  private void authService(Map<String, String> properties) {
    service(properties, Databases.AUTH, "auth-service-1");
    properties.put("auth.issuer", url(ProgramName.GATEWAY));
    properties.put("auth.signing-key-file", home.signingKey().toString());
    properties.put("gateway.url", url(ProgramName.GATEWAY));
  }

  private void userService(Map<String, String> properties) {
    service(properties, Databases.USER, "user-service-1");
    properties.put("auth.issuer", url(ProgramName.GATEWAY));
    properties.put("auth-service.url", url(ProgramName.AUTH_SERVICE));
  }

  private void outboxRelay(Map<String, String> properties) {
    pipeline(properties, Databases.AUTH, ProgramName.AUTH_SERVICE);
    pipeline(properties, Databases.USER, ProgramName.USER_SERVICE);
  }

  private void gateway(Map<String, String> properties) {
    properties.put("auth-service.url", url(ProgramName.AUTH_SERVICE));
    properties.put("user-service.url", url(ProgramName.USER_SERVICE));
    properties.put("auth.issuer", url(ProgramName.GATEWAY));
    // All callers of a stack have one address: the demo, tests and benchmarks.
    properties.put("gateway.upstreams.passwords-per-address-max", PASSWORDS_MAX);
  }

  private void service(Map<String, String> properties, String database, String instance) {
    String service = Databases.service(database);
    properties.put("datasources.default.url", postgres.jdbcUrl(database));
    properties.put("datasources.default.username", service);
    properties.put("datasources.default.password", postgres.password(service));
    properties.put("messaging.instance", instance);
  }

  private void pipeline(Map<String, String> properties, String database, ProgramName source) {
    String prefix = "relay.pipelines." + database + ".";
    properties.put(prefix + "host", postgres.host());
    properties.put(prefix + "port", Integer.toString(postgres.port()));
    properties.put(prefix + "database", database);
    properties.put(prefix + "username", Databases.RELAY);
    properties.put(prefix + "password", postgres.password(Databases.RELAY));
    properties.put(prefix + "slot", Databases.slot(database));
    properties.put(prefix + "publication", "outbox");
    properties.put(prefix + "source", "/onceward/" + source.text());
  }

  private String url(ProgramName program) {
    return "http://127.0.0.1:" + ports.of(program);
  }
}
