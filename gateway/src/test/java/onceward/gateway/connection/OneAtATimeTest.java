package onceward.gateway.connection;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Goal: each place comes back, whenever requests arrive, are answered and end. Method: channels of
 * the test's own thread, with a handler that answers some requests within the call.
 */
class OneAtATimeTest {

  private static final int PLACES = 4;
  private static final String NOW = "/now";
  private static final String LATER = "/later";
  private static final Duration ANY = Duration.ofSeconds(1);

  private final PipelinedPlaces places =
      new PipelinedPlaces(new ConnectionLimits(1, 1, PLACES, ANY, ANY, ANY));
  private final List<EmbeddedChannel> channels = new ArrayList<>();

  /** Answers as the framework does what it can answer on the event loop: at the head. */
  private static final class Framework extends ChannelInboundHandlerAdapter {

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      if (message instanceof HttpRequest request && request.uri().equals(NOW)) {
        var _ = context.writeAndFlush(ok());
      }
      context.fireChannelRead(message);
    }
  }

  @AfterEach
  void release() {
    channels.forEach(EmbeddedChannel::finishAndReleaseAll);
  }

  @Test
  void requests_that_are_answered_at_once_take_no_place_for_ever() {
    var channel = open();
    arrive(channel, LATER, NOW, NOW, NOW, NOW, NOW);
    answer(channel);

    assertThat(channel.outboundMessages()).hasSize(6);
    assertThat(places.free()).isEqualTo(PLACES);
    end(channel);
    assertThat(places.free()).isEqualTo(PLACES);
  }

  @Test
  void an_idle_connection_has_no_place() {
    var channel = open();
    arrive(channel, LATER, NOW);
    answer(channel);

    assertThat(places.free()).isEqualTo(PLACES);
  }

  @Test
  void a_request_has_its_place_until_its_answer_and_the_next_one_asks_anew() {
    var channel = open();
    arrive(channel, LATER, LATER, NOW, LATER);
    assertThat(places.free()).as("the first one waits for no answer").isEqualTo(PLACES);

    answer(channel);
    assertThat(places.free()).isEqualTo(PLACES - 1);
    assertThat(heads(channel)).isEqualTo(2);
    answer(channel);
    assertThat(places.free()).isEqualTo(PLACES - 1);
    assertThat(heads(channel)).isEqualTo(4);
    answer(channel);
    assertThat(places.free()).isEqualTo(PLACES);
  }

  @Test
  void a_connection_that_ends_leaves_its_place_or_its_turn() {
    for (int i = 0; i < PLACES + 2; i++) {
      var channel = open();
      arrive(channel, LATER, LATER);
      answer(channel);
    }
    assertThat(places.free()).isZero();
    var holding = channels.getFirst();
    var queued = channels.get(PLACES);
    var next = channels.get(PLACES + 1);
    assertThat(heads(queued)).isEqualTo(1);

    end(queued);
    end(holding);
    next.runPendingTasks();
    assertThat(heads(next)).isEqualTo(2);
    channels.forEach(OneAtATimeTest::end);
    assertThat(places.free()).isEqualTo(PLACES);
  }

  @Test
  void a_request_whose_end_is_missing_takes_no_place() {
    var channel = open();
    arrive(channel, LATER);
    channel.writeInbound(head(LATER), new DefaultHttpContent(Unpooled.buffer().writeByte('{')));
    answer(channel);
    assertThat(places.free()).isEqualTo(PLACES);
    assertThat(heads(channel)).as("it goes on as it comes").isEqualTo(2);

    channel.writeInbound(LastHttpContent.EMPTY_LAST_CONTENT);
    arrive(channel, NOW);
    answer(channel);
    assertThat(channel.outboundMessages()).hasSize(3);
    assertThat(places.free()).isEqualTo(PLACES);
  }

  private EmbeddedChannel open() {
    var channel = new EmbeddedChannel(new OneAtATime(places, () -> {}), new Framework());
    channels.add(channel);
    return channel;
  }

  /** In one packet. */
  private static void arrive(EmbeddedChannel channel, String... paths) {
    var messages = new ArrayList<Object>();
    for (var path : paths) {
      messages.add(head(path));
      messages.add(LastHttpContent.EMPTY_LAST_CONTENT);
    }
    channel.writeInbound(messages.toArray());
  }

  private static void end(EmbeddedChannel channel) {
    var _ = channel.close();
    channel.runPendingTasks();
  }

  private static HttpRequest head(String path) {
    return new DefaultHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.GET, path);
  }

  private static void answer(EmbeddedChannel channel) {
    channel.writeOutbound(ok());
    channel.runPendingTasks();
  }

  private static DefaultFullHttpResponse ok() {
    return new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK);
  }

  /** How many requests have been handed on. */
  private static long heads(EmbeddedChannel channel) {
    return channel.inboundMessages().stream().filter(HttpRequest.class::isInstance).count();
  }
}
