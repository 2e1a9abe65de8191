package onceward.relay;

import static onceward.relay.LonePipeline.ADA;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.List;
import onceward.relay.republish.RepublishRequests.Action;
import onceward.relay.stop.StopReason;
import org.junit.jupiter.api.Test;

/** What operators request of a move over HTTP, and what they are told and refused. */
class MoveEndpointTest extends OutboxAndTopic {

  private static final String BY = "{\"operator\":\"ada\"}";

  @Test
  void an_operator_looks_requests_and_takes_back() throws Exception {
    database.append(topic.aggregateType(), "a", 1);
    try (var relay = TestRelay.start(database.properties("shop"))) {
      await().atMost(LIMIT).until(relay::isReady);
      assertThat(relay.post("/move/shop/plan", BY).body())
          .contains("\"stage\":\"STAYS\"", "\"fenced\":false");
      assertThat(relay.post("/move/shop/begin", BY).statusCode()).isEqualTo(200);
      // Again, as after a kill of the command.
      assertThat(relay.post("/move/shop/begin", "{\"operator\":\"bob\"}").body())
          .contains(
              "\"stage\":\"AWAITS_FENCE\"", "\"operator\":\"ada\"", "create or replace trigger");
      database.fence();
      await()
          .atMost(LIMIT)
          .until(() -> relay.get("/move/shop").body().contains("\"stage\":\"LEFT\""));
      relay.pipeline("shop").resume(ADA);
      await()
          .atMost(LIMIT)
          .until(() -> relay.get("/relay").body().contains("\"reason\":\"moved\""));
      assertThat(relay.post("/move/shop/plan", BY).body())
          .contains("\"outboxRows\":1", "\"leftCluster\":\"")
          .doesNotContain("\"difference\"");

      assertThat(relay.post("/move/shop/cancel", BY).statusCode()).isEqualTo(200);
      await().atMost(LIMIT).until(relay::isReady);
      assertThat(relay.get("/move").body())
          .contains("\"stage\":\"STAYS\"", "\"fenced\":true", "drop trigger");
      assertThat(relay.post("/move/shop/cancel", BY).statusCode()).isEqualTo(200);
    }
  }

  @Test
  void what_cannot_be_done_is_refused_with_a_reason() throws Exception {
    try (var relay = TestRelay.start(database.properties("shop"))) {
      await().atMost(LIMIT).until(relay::isReady);
      assertThat(relay.post("/move/none/begin", BY).statusCode()).isEqualTo(404);
      assertThat(relay.post("/move/shop/jump", BY).body())
          .contains("'jump'; allowed: plan, begin, cancel");

      relay.pipeline("shop").pause(ADA);
      await()
          .atMost(LIMIT)
          .until(() ->
              relay
                  .pipeline("shop")
                  .status()
                  .stop()
                  .filter(stop -> stop.reason() == StopReason.PAUSED)
                  .isPresent());
      var paused = relay.post("/move/shop/begin", BY);
      assertThat(paused.statusCode()).isEqualTo(409);
      assertThat(paused.body())
          .contains(
              "only a pipeline that streams can leave its database; pipeline shop is STOPPED");

      var request = database.requestAgain(List.of());
      assertThat(relay.post("/move/shop/begin", BY).body())
          .contains("has 1 open requests to republish");
      assertThat(database.parts().republishRequests().change(request, Action.CANCEL, "ada"))
          .isTrue();
    }
  }
}
