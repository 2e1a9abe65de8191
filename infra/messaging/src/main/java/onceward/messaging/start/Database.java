package onceward.messaging.start;

import io.micronaut.core.value.PropertyResolver;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.flywaydb.core.api.configuration.FluentConfiguration;

/** A database by the properties that tell how to connect to it. */
record Database(String url, String user, String password) {

  private static final Pattern URL =
      Pattern.compile("jdbc:postgresql://(?<address>[^\\s/?@]+)/(?<name>[^\\s/?]+)(\\?\\S*)?");
  private static final String CONNECT_TIMEOUT_S = "5";
  private static final String NO_DATABASE = "3D000";

  List<Setting> settings() {
    return List.of(
        Setting.matching(
            url, "jdbc:postgresql://host:port/database", value -> URL.matcher(value).matches()),
        Setting.text(user, "a role of that database"),
        Setting.text(password, "the password of that role"));
  }

  /** One line when it cannot be connected to. The settings are known to be allowed. */
  Optional<String> fault(PropertyResolver properties) {
    try {
      connect(properties).close();
      return Optional.empty();
    } catch (SQLException unusable) {
      return Optional.of(describe(properties, unusable));
    }
  }

  /** The name of the database. The settings are known to be allowed. */
  String name(PropertyResolver properties) {
    Matcher parts = URL.matcher(value(properties, url));
    parts.matches();
    return parts.group("name");
  }

  /** Has Flyway connect to it. */
  FluentConfiguration configure(FluentConfiguration flyway, PropertyResolver properties) {
    return flyway.dataSource(
        value(properties, url), value(properties, user), value(properties, password));
  }

  /** A new connection, with the wait for the server bounded. */
  Connection connect(PropertyResolver properties) throws SQLException {
    var login = new Properties();
    login.put("user", value(properties, user));
    login.put("password", value(properties, password));
    login.put("loginTimeout", CONNECT_TIMEOUT_S);
    return DriverManager.getConnection(value(properties, url), login);
  }

  private String describe(PropertyResolver properties, SQLException unusable) {
    Matcher parts = URL.matcher(value(properties, url));
    parts.matches();
    return "cannot connect to PostgreSQL at %s, database %s, as %s (%s): %s, or correct %s, %s and %s"
        .formatted(
            parts.group("address"),
            parts.group("name"),
            value(properties, user),
            String.valueOf(unusable.getMessage()).replaceAll("\\s*\\R\\s*", " "),
            NO_DATABASE.equals(unusable.getSQLState())
                ? "if it is lost, read infra/docs/runbook/consumer-database-lost.md before anybody makes an empty one"
                : "see that it runs",
            url,
            user,
            password);
  }

  private static String value(PropertyResolver properties, String property) {
    return properties.getRequiredProperty(property, String.class);
  }
}
