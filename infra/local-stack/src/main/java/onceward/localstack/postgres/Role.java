package onceward.localstack.postgres;

import java.util.regex.Pattern;

/**
 * A role that may log in, never a superuser. Its password is generated.
 *
 * @param name lower case letters, digits and underscores
 * @param replication whether it may create and stream from replication slots
 * @param connectionsMax how many connections it may hold at once; -1 for no limit
 */
public record Role(String name, boolean replication, int connectionsMax) {

  private static final Pattern NAME = Pattern.compile("[a-z_][a-z0-9_]{0,62}");

  public Role {
    requireName(name);
  }

  public static Role named(String name) {
    return new Role(name, false, -1);
  }

  public static Role replicating(String name) {
    return new Role(name, true, -1);
  }

  public Role withConnectionsMax(int connections) {
    return new Role(name, replication, connections);
  }

  static String requireName(String name) {
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException("Not a plain lower case name: " + name);
    }
    return name;
  }
}
