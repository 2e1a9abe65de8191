package onceward.gateway.connection;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.CombinedChannelDuplexHandler;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseEncoder;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.LastHttpContent;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads requests and writes answers, as Netty's server codec does, and marks as failed what that
 * codec reads leniently: a version in small letters, a folded header, a target with characters that
 * no URI has. For one connection.
 */
final class StrictServerCodec
    extends CombinedChannelDuplexHandler<
        StrictServerCodec.RequestDecoder, StrictServerCodec.AnswerEncoder> {

  StrictServerCodec(HttpDecoderConfig limits) {
    // The defaults can be weakened by system properties; these cannot.
    var strict =
        limits
            .clone()
            .setStrictLineParsing(true)
            .setUseRfc9112TransferEncoding(true)
            .setAllowDuplicateContentLengths(false)
            .setValidateHeaders(true);
    Queue<HttpMethod> unanswered = new ArrayDeque<>();
    init(new RequestDecoder(strict, unanswered), new AnswerEncoder(unanswered));
  }

  /**
   * Whether a part of a head has arrived, and its end has not. Two empty lines before it do not
   * count (RFC 9112, 2.2, asks to ignore at least one). All others do: a caller who sends nothing
   * else would hold the connection for ever.
   */
  boolean isHeadBegun() {
    return inboundHandler().isHeadBegun();
  }

  /** Decodes requests. */
  static final class RequestDecoder extends HttpRequestDecoder {

    private static final Pattern VERSION = Pattern.compile("HTTP/\\d\\.\\d");
    private static final Pattern TARGET = Pattern.compile("[!-~]+");
    private static final int EMPTY_BYTES_MAX = "\r\n\r\n".length();

    private final Queue<HttpMethod> unanswered;
    private boolean inHead = true;
    private boolean begun;
    private int emptyBytes;
    private boolean atLineStart;
    private boolean folded;

    private RequestDecoder(HttpDecoderConfig config, Queue<HttpMethod> unanswered) {
      super(config);
      this.unanswered = unanswered;
    }

    @Override
    protected HttpMessage createMessage(String[] line) throws Exception {
      if (!VERSION.matcher(line[2]).matches() || !TARGET.matcher(line[1]).matches()) {
        throw new DecoderException("the request line is not one of HTTP/1.1");
      }
      return super.createMessage(line);
    }

    @Override
    protected void decode(ChannelHandlerContext context, ByteBuf bytes, List<Object> out)
        throws Exception {
      int from = bytes.readerIndex();
      int before = out.size();
      boolean head = inHead;
      super.decode(context, bytes, out);
      if (head) {
        look(bytes, from);
      }
      for (Object message : out.subList(before, out.size())) {
        decoded(message);
      }
    }

    /** One call of the decoder reads bytes of the head or of the body, never of both. */
    private void look(ByteBuf bytes, int from) {
      for (int i = from; i < bytes.readerIndex(); i++) {
        byte next = bytes.getByte(i);
        begun |= (next != '\r' && next != '\n') || ++emptyBytes > EMPTY_BYTES_MAX;
        folded |= atLineStart && (next == ' ' || next == '\t');
        atLineStart = next == '\n';
      }
    }

    private boolean isHeadBegun() {
      return inHead && (begun || actualReadableBytes() > 0);
    }

    private void decoded(Object message) {
      if (message instanceof HttpRequest request) {
        if (folded) {
          request.setDecoderResult(
              DecoderResult.failure(new DecoderException("a header is folded")));
        }
        unanswered.add(request.method());
        inHead = false;
        begun = false;
        emptyBytes = 0;
        folded = false;
      }
      if (message instanceof LastHttpContent) {
        inHead = true;
        atLineStart = false;
      }
    }
  }

  /** Encodes answers: how, depends on the method of the request. */
  static final class AnswerEncoder extends HttpResponseEncoder {

    private final Queue<HttpMethod> unanswered;
    private @Nullable HttpMethod method;

    private AnswerEncoder(Queue<HttpMethod> unanswered) {
      this.unanswered = unanswered;
    }

    @Override
    protected boolean isContentAlwaysEmpty(HttpResponse answer) {
      if (answer.status().codeClass() != HttpStatusClass.INFORMATIONAL) {
        method = unanswered.poll();
      }
      return HttpMethod.HEAD.equals(method) || super.isContentAlwaysEmpty(answer);
    }

    @Override
    protected void sanitizeHeadersBeforeEncode(HttpResponse answer, boolean alwaysEmpty) {
      boolean tunnel =
          HttpMethod.CONNECT.equals(method)
              && answer.status().codeClass() == HttpStatusClass.SUCCESS;
      super.sanitizeHeadersBeforeEncode(answer, alwaysEmpty || tunnel);
    }
  }
}
