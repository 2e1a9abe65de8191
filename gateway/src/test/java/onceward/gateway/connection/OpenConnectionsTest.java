package onceward.gateway.connection;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import onceward.gateway.connection.OpenConnections.Member;
import org.junit.jupiter.api.Test;

/** Goal: at a limit, who makes room is who waits longest for its caller, and nobody else. */
class OpenConnectionsTest {

  private static final Duration ANY = Duration.ofSeconds(1);

  private final List<String> ended = new ArrayList<>();

  private final class Connection implements Member {

    private final String name;
    private final CallerAddress address;

    private Connection(String name, CallerAddress address) {
      this.name = name;
      this.address = address;
    }

    @Override
    public CallerAddress address() {
      return address;
    }

    @Override
    public void end() {
      ended.add(name);
    }
  }

  @Test
  void the_one_that_waits_longest_makes_room_and_an_answer_begins_the_wait_anew() {
    var open = open(2, 2);
    var first = from("first", "10.0.0.1");
    open.admit(first);
    open.admit(from("second", "10.0.0.1"));
    open.waitsForAnswer(first);
    open.waitsForCaller(first);

    assertThat(open.admit(from("third", "10.0.0.1"))).isTrue();
    assertThat(ended).containsExactly("second");
  }

  @Test
  void a_request_in_work_makes_no_room() {
    var open = open(1, 1);
    var working = from("working", "10.0.0.1");
    open.admit(working);
    open.waitsForAnswer(working);

    assertThat(open.admit(from("new", "10.0.0.1"))).isFalse();
    assertThat(open.admit(from("new", "10.0.0.2"))).isFalse();
    assertThat(ended).isEmpty();
  }

  @Test
  void an_address_at_its_limit_costs_other_addresses_nothing() {
    var open = open(3, 1);
    open.admit(from("other", "10.0.0.2"));
    open.admit(from("first", "10.0.0.1"));

    assertThat(open.admit(from("second", "10.0.0.1"))).isTrue();
    assertThat(ended).containsExactly("first");
  }

  @Test
  void a_connection_that_has_ended_neither_waits_nor_counts_whatever_is_told_of_it() {
    var open = open(2, 2);
    var gone = from("gone", "10.0.0.1");
    var working = from("working", "10.0.0.1");
    open.admit(gone);
    open.admit(working);
    open.waitsForAnswer(working);
    open.ended(gone);
    open.waitsForCaller(gone);
    open.ended(gone);
    assertThat(open.count()).isEqualTo(1);

    var next = from("next", "10.0.0.1");
    open.admit(next);
    open.waitsForAnswer(next);
    assertThat(open.admit(from("beyond", "10.0.0.1"))).isFalse();
    assertThat(ended).isEmpty();
  }

  @Test
  void the_addresses_of_one_ipv6_network_are_one() {
    var open = open(3, 1);
    open.admit(from("first", "2001:db8::1"));
    open.admit(from("neighbour", "2001:db8:0:1::1"));

    assertThat(open.admit(from("second", "2001:db8::ffff:2"))).isTrue();
    assertThat(ended).containsExactly("first");
    assertThat(from("x", "2001:db8::1").address().forwardedFor())
        .isEqualTo("for=\"[2001:db8:0:0:0:0:0:0]\"");
  }

  private static OpenConnections open(int max, int perAddressMax) {
    return new OpenConnections(new ConnectionLimits(max, perAddressMax, 4, ANY, ANY, ANY));
  }

  private Connection from(String name, String address) {
    return new Connection(name, CallerAddress.of(new InetSocketAddress(address, 1)));
  }
}
