package onceward.gateway.connection;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import onceward.gateway.problem.ProblemType;

/** A problem as an answer to what the framework never sees. The connection ends after it. */
final class RawProblem {

  private RawProblem() {}

  static FullHttpResponse answer(ProblemType problem) {
    var answer =
        new DefaultFullHttpResponse(
            HttpVersion.HTTP_1_1,
            HttpResponseStatus.valueOf(problem.statusCode()),
            Unpooled.copiedBuffer(problem.json(), UTF_8));
    answer
        .headers()
        .set(HttpHeaderNames.CONTENT_TYPE, "application/problem+json")
        .setInt(HttpHeaderNames.CONTENT_LENGTH, answer.content().readableBytes())
        .set(HttpHeaderNames.CACHE_CONTROL, HttpHeaderValues.NO_STORE)
        .set("X-Content-Type-Options", "nosniff")
        .set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
    problem
        .retryAfterSeconds()
        .ifPresent(seconds -> answer.headers().setInt(HttpHeaderNames.RETRY_AFTER, seconds));
    return answer;
  }
}
