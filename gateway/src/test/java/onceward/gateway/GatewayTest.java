package onceward.gateway;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;

/** Gives the tests of a class one gateway, which knows nothing any more of the test before. */
abstract class GatewayTest {

  static RunningGateway gateway;

  @BeforeAll
  static void startGateway() {
    gateway = new RunningGateway();
  }

  @AfterAll
  static void stopGateway() {
    gateway.close();
  }

  @BeforeEach
  void forgetTheTestBefore() {
    gateway.forget();
  }
}
