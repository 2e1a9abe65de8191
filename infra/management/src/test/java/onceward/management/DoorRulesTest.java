package onceward.management;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import onceward.management.Verdict.Admitted;
import onceward.management.Verdict.Refused;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Promise: on any address, a call is admitted by that address only, and by no name that leads
 * there.
 */
class DoorRulesTest {

  private final DoorRules rules = new DoorRules(Set.of(), _ -> Optional.of(Role.READER));

  @ParameterizedTest
  @CsvSource({
    "10.1.2.3, 10.1.2.3:9083, true",
    "10.1.2.3, 10.1.2.4:9083, false",
    "10.1.2.3, 10.1.2.3.evil.example, false",
    "10.1.2.3, 10.1.2, false",
    "fd00::1, [fd00::1]:9083, true",
    "fd00::1, [FD00:0::1], true",
    "fd00::1, [fd00::2], false",
    "fd00::1, [fd00::1::], false",
    "fd00::1, fd00::1, false",
    "fd00::1, [::1], true",
  })
  void a_host_is_the_address_that_is_reached(String reached, String host, boolean isAdmitted)
      throws UnknownHostException {
    var call =
        new DoorCall(
            List.of(host),
            InetAddress.getByName(reached),
            false,
            List.of("Bearer token"),
            false,
            false);
    assertThat(rules.on(call))
        .isEqualTo(isAdmitted ? new Admitted(Role.READER) : new Refused(Refusal.HOST_NOT_ALLOWED));
  }
}
