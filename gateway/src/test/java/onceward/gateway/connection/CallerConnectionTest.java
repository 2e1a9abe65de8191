package onceward.gateway.connection;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.util.ReferenceCountUtil;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import onceward.gateway.connection.OpenConnections.Member;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Goal: each part of a request has its own time. Method: a channel whose clock the test moves. */
class CallerConnectionTest {

  private static final Duration HEADER = Duration.ofSeconds(5);
  private static final Duration BODY = Duration.ofSeconds(20);
  private static final Duration ANSWER = Duration.ofSeconds(10);
  private static final Duration MOMENT = Duration.ofMillis(1);
  private static final String GET = "GET /v1/accounts/42 HTTP/1.1\r\nHost: x\r\n\r\n";
  private static final String HALF_BODY =
      "POST /v1/sessions HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{";

  private static final Pattern STATUS = Pattern.compile("HTTP/1.1 \\d{3}");

  private final ConnectionLimits limits = new ConnectionLimits(1, 1, 4, HEADER, BODY, ANSWER);
  private final OpenConnections open = new OpenConnections(limits);
  private final PipelinedPlaces places = new PipelinedPlaces(limits);
  private final EmbeddedChannel channel = new EmbeddedChannel();
  private double chance;

  @BeforeEach
  void connect() {
    channel.freezeTime();
    var codec = new StrictServerCodec(new HttpDecoderConfig());
    var connection = new CallerConnection(channel, codec, limits, open, () -> chance);
    channel
        .pipeline()
        .addLast(connection.bytes(), codec, connection.requests(), connection.oneAtATime(places));
    connection.accept();
  }

  @AfterEach
  void end() {
    channel.finishAndReleaseAll();
  }

  @Test
  void the_first_request_begins_in_time() {
    pass(HEADER);

    assertThat(answers()).startsWith("HTTP/1.1 408");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"G", "GET / HT", "GET / HTTP/1.1\r\n", "GET / HTTP/1.1\r\nHost: x\r\nX-A"})
  void a_head_behind_a_complete_request_has_the_time_of_a_head(String part) {
    arrives(GET + part);
    answer();

    pass(HEADER.minus(MOMENT));
    assertThat(answers()).startsWith("HTTP/1.1 200").doesNotContain("408");
    pass(MOMENT);
    assertThat(answers()).startsWith("HTTP/1.1 408");
  }

  @Test
  void a_head_in_a_later_packet_has_the_time_of_a_head() {
    arrives(GET);
    answer();
    pass(BODY.multipliedBy(2));
    arrives("GET / HT");

    pass(HEADER.minus(MOMENT));
    arrives("T");
    assertThat(answers()).doesNotContain("408");
    pass(MOMENT);
    assertThat(answers()).startsWith("HTTP/1.1 408");
  }

  @Test
  void while_an_answer_is_awaited_a_head_behind_has_its_time_as_well() {
    arrives(GET + "GET / HT");
    pass(HEADER);
    assertThat(answers()).isEmpty();

    answer();
    assertThat(answers()).startsWith("HTTP/1.1 200").contains("HTTP/1.1 408");
  }

  @Test
  void an_idle_connection_has_no_such_time_not_even_behind_an_empty_line() {
    arrives(GET + "\r\n");
    answer();
    arrives("\r\n");
    pass(HEADER.multipliedBy(10));

    assertThat(answers()).doesNotContain("408");
    arrives(GET);
    answer();
    assertThat(answers()).startsWith("HTTP/1.1 200");
  }

  @Test
  void a_caller_who_goes_on_sending_empty_lines_has_the_time_of_a_head() {
    arrives(GET);
    answer();
    for (var line = 0; line < 3; line++) {
      arrives("\r");
      arrives("\n");
    }

    pass(HEADER.minus(MOMENT));
    arrives("\r\n");
    assertThat(answers()).doesNotContain("408");
    pass(MOMENT);
    assertThat(answers()).contains("HTTP/1.1 408");
  }

  @Test
  void a_body_has_its_own_time() {
    arrives(HALF_BODY);

    pass(BODY.minus(MOMENT));
    assertThat(answers()).isEmpty();
    pass(MOMENT);
    assertThat(answers()).startsWith("HTTP/1.1 408");
  }

  @Test
  void times_end_up_to_half_early_so_that_what_began_together_does_not_end_together() {
    chance = 1;
    arrives(HALF_BODY);

    pass(BODY.dividedBy(2).minus(MOMENT));
    assertThat(answers()).isEmpty();
    pass(MOMENT);
    assertThat(answers()).startsWith("HTTP/1.1 408");
  }

  @Test
  void an_answer_that_is_not_taken_ends_the_connection_up_to_half_early_as_well() {
    chance = 1;
    notTaken();
    arrives(GET);
    answer();

    pass(ANSWER.dividedBy(2).minus(MOMENT));
    assertThat(channel.isOpen()).isTrue();
    pass(MOMENT);
    assertThat(channel.isOpen()).isFalse();
  }

  @Test
  void a_connection_whose_complete_requests_are_answered_makes_room_also_behind_half_a_body() {
    arrives(GET + HALF_BODY);
    assertThat(open.admit(other())).isFalse();

    answer();
    assertThat(open.admit(other())).isTrue();
    assertThat(channel.isOpen()).isFalse();
  }

  @Test
  void a_connection_whose_requests_only_wait_for_a_place_makes_room() {
    for (int i = 0; i < limits.pipelinedMax(); i++) {
      places.take(() -> {});
    }
    arrives(GET + GET);
    assertThat(open.admit(other())).isFalse();

    answer();
    assertThat(open.admit(other())).isTrue();
    assertThat(channel.isOpen()).isFalse();
  }

  @Test
  void a_request_that_has_found_a_place_makes_no_room() {
    arrives(GET + GET);
    answer();

    assertThat(open.admit(other())).isFalse();
  }

  @Test
  void an_answer_that_is_not_taken_ends_the_connection() {
    notTaken();
    arrives(GET);
    answer();

    pass(ANSWER.minus(MOMENT));
    assertThat(channel.isOpen()).isTrue();
    pass(MOMENT);
    assertThat(channel.isOpen()).isFalse();
  }

  @Test
  void a_refusal_that_is_not_taken_ends_the_connection_as_well() {
    notTaken();
    arrives("nonsense\r\n\r\n");

    pass(ANSWER.minus(MOMENT));
    assertThat(channel.isOpen()).isTrue();
    pass(MOMENT);
    assertThat(channel.isOpen()).isFalse();
  }

  @Test
  void more_requests_at_once_than_a_connection_may_have_in_work_are_refused_behind_the_answers() {
    arrives(GET.repeat(40));
    assertThat(answers()).isEmpty();
    for (int i = 0; i < 32; i++) {
      answer();
    }

    assertThat(STATUS.matcher(answers()).results().map(MatchResult::group))
        .hasSize(33)
        .startsWith("HTTP/1.1 200")
        .endsWith("HTTP/1.1 429");
    assertThat(channel.inboundMessages().stream().filter(HttpRequest.class::isInstance))
        .hasSize(32);
  }

  @Test
  void a_caller_who_sends_a_few_bytes_at_a_time_is_read_seldom_and_not_with_others_at_once() {
    var reads = readsFromNowOn();
    arrives("POST /v1/sessions HTTP/1.1\r\nHost: x\r\nContent-Length: 60\r\n\r\n");
    for (int i = 0; i < 3; i++) {
      arrives(" ");
    }
    assertThat(reads).as("an ordinary request comes in a few packets").hasValue(4);

    arrives(" ");
    pass(Duration.ofMillis(500).minus(MOMENT));
    assertThat(reads).hasValue(4);
    pass(MOMENT);
    assertThat(reads).hasValue(5);
    chance = 1;
    arrives(" ");
    pass(Duration.ofMillis(1500).minus(MOMENT));
    assertThat(reads).hasValue(5);
    pass(MOMENT);
    assertThat(reads).hasValue(6);
  }

  @Test
  void a_caller_whose_request_is_complete_is_read_at_once_again() {
    arrives("POST /v1/sessions HTTP/1.1\r\nHost: x\r\nContent-Length: 6\r\n\r\n");
    for (int i = 0; i < 5; i++) {
      arrives(" ");
      pass(Duration.ofSeconds(2));
    }
    var reads = readsFromNowOn();

    arrives(" ");
    answer();
    assertThat(reads).hasValue(1);
    arrives(GET);
    assertThat(reads).hasValue(2);
  }

  @Test
  void what_comes_in_larger_parts_after_small_ones_is_read_at_once_again() {
    arrives("POST /v1/sessions HTTP/1.1\r\nHost: x\r\nContent-Length: 9000\r\n\r\n");
    for (int i = 0; i < 5; i++) {
      arrives(" ");
      pass(Duration.ofSeconds(2));
    }
    var reads = readsFromNowOn();

    arrives(" ".repeat(1400));
    arrives(" ".repeat(1400));
    assertThat(reads).hasValue(2);
  }

  @Test
  void a_long_body_is_read_at_once() {
    var reads = readsFromNowOn();
    arrives("POST /v1/sessions HTTP/1.1\r\nHost: x\r\nContent-Length: 60000\r\n\r\n");
    for (int i = 0; i < 20; i++) {
      arrives(" ".repeat(1400));
    }

    assertThat(reads).hasValue(21);
  }

  /** How often the channel is asked for more bytes. */
  private AtomicInteger readsFromNowOn() {
    var reads = new AtomicInteger();
    channel
        .pipeline()
        .addFirst(
            new ChannelOutboundHandlerAdapter() {
              @Override
              public void read(ChannelHandlerContext context) {
                reads.incrementAndGet();
                context.read();
              }
            });
    return reads;
  }

  /** From now on, nothing that is written leaves the machine. */
  private void notTaken() {
    channel
        .pipeline()
        .addFirst(
            new ChannelOutboundHandlerAdapter() {
              @Override
              public void write(
                  ChannelHandlerContext context, Object message, ChannelPromise done) {
                ReferenceCountUtil.release(message);
              }
            });
  }

  private static Member other() {
    return new Member() {
      @Override
      public CallerAddress address() {
        return CallerAddress.of(null);
      }

      @Override
      public void end() {}
    };
  }

  private void arrives(String bytes) {
    channel.writeInbound(Unpooled.copiedBuffer(bytes, ISO_8859_1));
  }

  private void answer() {
    channel.writeOutbound(new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK));
  }

  private void pass(Duration time) {
    channel.advanceTimeBy(time.toNanos(), TimeUnit.NANOSECONDS);
    channel.runScheduledPendingTasks();
  }

  /** What was written since the last call. */
  private String answers() {
    var text = new StringBuilder();
    for (ByteBuf bytes = channel.readOutbound(); bytes != null; bytes = channel.readOutbound()) {
      text.append(bytes.toString(ISO_8859_1));
      bytes.release();
    }
    return text.toString();
  }
}
