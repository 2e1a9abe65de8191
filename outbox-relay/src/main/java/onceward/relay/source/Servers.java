package onceward.relay.source;

import java.util.List;

/**
 * The servers on which a pipeline's database may be, and the one of them that is connected to: all
 * connections go to the same one until another is chosen. Thread-safe.
 */
public final class Servers {

  private final List<Address> all;
  private volatile Address chosen;

  /**
   * @param all at least one; the first is the chosen one until another is
   */
  public Servers(List<Address> all) {
    this.all = List.copyOf(all);
    this.chosen = all.getFirst();
  }

  /** The only server. */
  public static Servers of(String host, int port) {
    return new Servers(List.of(new Address(host, port)));
  }

  /**
   * Where a server is.
   *
   * @param host a name or an address; one of IPv6 without brackets
   */
  public record Address(String host, int port) {

    /** The host as it stands before a port. */
    String bracketed() {
      return host.contains(":") ? "[%s]".formatted(host) : host;
    }

    @Override
    public String toString() {
      return "%s:%d".formatted(bracketed(), port);
    }
  }

  /** In the order in which they were given. */
  public List<Address> all() {
    return all;
  }

  /** Whether there is more than one. */
  public boolean isChoice() {
    return all.size() > 1;
  }

  /** Where connections go to. */
  public Address chosen() {
    return chosen;
  }

  /** From now on new connections go there. */
  void choose(Address server) {
    chosen = server;
  }
}
