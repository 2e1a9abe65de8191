package onceward.relay.pipeline;

import org.jspecify.annotations.Nullable;

/**
 * Who gave a pipeline a command. Immutable.
 *
 * @param name as the caller gives it; nobody has checked it
 * @param role of the token that let the caller in; null if the call came by no management port
 * @param address from where the call came; null as well then
 */
public record Operator(String name, @Nullable String role, @Nullable String address) {

  @Override
  public String toString() {
    return role == null ? name : "%s (%s, from %s)".formatted(name, role, address);
  }
}
