package onceward.gateway.routing;

/** The program that answers a call: a service behind the gateway, or the gateway itself. */
public enum Target {
  AUTH_SERVICE("auth-service"),
  USER_SERVICE("user-service"),
  GATEWAY("gateway");

  private final String id;

  Target(String id) {
    this.id = id;
  }

  /** The name used in settings, logs and error details. */
  public String id() {
    return id;
  }
}
