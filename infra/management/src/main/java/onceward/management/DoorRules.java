package onceward.management;

import java.net.InetAddress;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import onceward.management.Verdict.Admitted;
import onceward.management.Verdict.Open;
import onceward.management.Verdict.Refused;

/**
 * Decides about calls of the management port. The rules name no endpoint but health, so that an
 * endpoint added later is protected as well. Pure.
 *
 * @param allowedHosts names by which the port may be called, besides those of the machine itself
 * @param roles the role of the holder of a token
 */
record DoorRules(Set<String> allowedHosts, Function<String, Optional<Role>> roles) {

  private static final String SCHEME = "bearer ";

  /** A name or an address, and perhaps a port. */
  private static final Pattern HOST =
      Pattern.compile("(?<name>\\[[0-9a-f:.]+]|[a-z0-9._-]+)(:\\d{1,5})?");

  private static final Pattern BRACKETS = Pattern.compile("[\\[\\]]");

  private static final Pattern LOOPBACK =
      Pattern.compile("localhost|\\[::1]|127\\.\\d{1,3}\\.\\d{1,3}\\.\\d{1,3}");

  /** What to do with a call. */
  Verdict on(DoorCall call) {
    if (!isHostAllowed(call)) {
      return new Refused(Refusal.HOST_NOT_ALLOWED);
    }
    if (call.fromWebPage()) {
      return new Refused(Refusal.FROM_A_WEB_PAGE);
    }
    if (call.authorizations().isEmpty()) {
      return call.asksHealth() ? new Open() : new Refused(Refusal.NO_TOKEN);
    }
    return bearer(call.authorizations())
        .flatMap(roles)
        .map(role -> withRole(call, role))
        .orElse(new Refused(Refusal.TOKEN_NOT_KNOWN));
  }

  private static Verdict withRole(DoorCall call, Role role) {
    return call.changes() && !role.mayChange()
        ? new Refused(Refusal.RIGHT_MISSING)
        : new Admitted(role);
  }

  private static Optional<String> bearer(List<String> authorizations) {
    return Optional.of(authorizations)
        .filter(values -> values.size() == 1)
        .map(List::getFirst)
        .filter(value -> value.regionMatches(true, 0, SCHEME, 0, SCHEME.length()))
        .map(value -> value.substring(SCHEME.length()).strip());
  }

  /** Whether the name is that address. Asks no server for names. */
  private static boolean isAddress(String name, InetAddress address) {
    try {
      return InetAddress.ofLiteral(BRACKETS.matcher(name).replaceAll("")).equals(address);
    } catch (IllegalArgumentException noAddress) {
      return false;
    }
  }

  /**
   * A page of the web can have its own name lead to this machine, and then call it without an
   * Origin; it cannot have its name be an address, or one of those that are allowed.
   */
  private boolean isHostAllowed(DoorCall call) {
    if (call.hosts().size() != 1) {
      return false;
    }
    var host = HOST.matcher(call.hosts().getFirst().toLowerCase(Locale.ROOT));
    if (!host.matches()) {
      return false;
    }
    var name = host.group("name");
    return LOOPBACK.matcher(name).matches()
        || isAddress(name, call.reached())
        || allowedHosts.contains(name);
  }
}
