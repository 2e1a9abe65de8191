package onceward.gateway.connection;

import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import onceward.gateway.problem.ProblemType;

/**
 * What the head of a request must look like (RFC 9112), beyond what the decoder checks. A request
 * that another server could read as two, or as a different one, is refused, and so is a body that
 * is compressed. Pure.
 */
final class RequestRules {

  private static final String CHUNKED = "chunked";
  private static final String IDENTITY = "identity";

  /** Transfer codings other than chunked that are known to the standard. */
  private static final Set<String> OTHER_CODINGS =
      Set.of("gzip", "x-gzip", "deflate", "compress", "x-compress");

  /**
   * A name, an IPv4 or an IPv6 address, and perhaps a port (RFC 3986, without percent-encoding).
   */
  private static final Pattern HOST =
      Pattern.compile(
          "(?:[A-Za-z0-9](?:[A-Za-z0-9._-]{0,253})|\\[[0-9A-Fa-f:.]{2,45}])(?::\\d{1,5})?");

  private RequestRules() {}

  /** Why the request is refused; empty if it is not. */
  static Optional<ProblemType> refusal(HttpRequest request) {
    if (request.decoderResult().isFailure()) {
      return Optional.of(refusal(request.decoderResult()));
    }
    return version(request)
        .or(() -> framing(request))
        .or(() -> host(request))
        .or(() -> contentCoding(request));
  }

  /** The problem of what the decoder could not read. */
  static ProblemType refusal(DecoderResult failed) {
    return switch (failed.cause()) {
      case TooLongHttpLineException _ -> ProblemType.URI_TOO_LONG;
      case TooLongHttpHeaderException _ -> ProblemType.HEADERS_TOO_LARGE;
      default -> ProblemType.BAD_REQUEST;
    };
  }

  private static Optional<ProblemType> version(HttpRequest request) {
    var version = request.protocolVersion();
    return version.equals(HttpVersion.HTTP_1_1) || version.equals(HttpVersion.HTTP_1_0)
        ? Optional.empty()
        : Optional.of(ProblemType.VERSION_NOT_SUPPORTED);
  }

  private static Optional<ProblemType> framing(HttpRequest request) {
    List<String> codings = request.headers().getAll(HttpHeaderNames.TRANSFER_ENCODING);
    List<String> lengths = request.headers().getAll(HttpHeaderNames.CONTENT_LENGTH);
    if (codings.isEmpty()) {
      return lengths.size() <= 1 ? Optional.empty() : Optional.of(ProblemType.BAD_REQUEST);
    }
    if (codings.size() > 1
        || !lengths.isEmpty()
        || request.protocolVersion().equals(HttpVersion.HTTP_1_0)) {
      return Optional.of(ProblemType.BAD_REQUEST);
    }
    var coding = codings.getFirst().toLowerCase(java.util.Locale.ROOT);
    if (coding.equals(CHUNKED)) {
      return Optional.empty();
    }
    return Optional.of(
        isCodedAndChunked(coding) ? ProblemType.CODING_NOT_IMPLEMENTED : ProblemType.BAD_REQUEST);
  }

  /** No pattern: one that repeats a group takes a part of the stack for each element. */
  private static boolean isCodedAndChunked(String coding) {
    var elements = Arrays.stream(coding.split(",", -1)).map(String::strip).toList();
    return elements.getLast().equals(CHUNKED)
        && OTHER_CODINGS.containsAll(elements.subList(0, elements.size() - 1));
  }

  /** A compressed body could be a thousand times its size once somebody has decompressed it. */
  private static Optional<ProblemType> contentCoding(HttpRequest request) {
    List<String> codings = request.headers().getAll(HttpHeaderNames.CONTENT_ENCODING);
    return codings.stream().allMatch(IDENTITY::equalsIgnoreCase)
        ? Optional.empty()
        : Optional.of(ProblemType.CONTENT_CODING_NOT_SUPPORTED);
  }

  private static Optional<ProblemType> host(HttpRequest request) {
    List<String> hosts = request.headers().getAll(HttpHeaderNames.HOST);
    boolean mayBeMissing = request.protocolVersion().equals(HttpVersion.HTTP_1_0);
    boolean valid =
        hosts.isEmpty()
            ? mayBeMissing
            : hosts.size() == 1 && HOST.matcher(hosts.getFirst()).matches();
    return valid ? Optional.empty() : Optional.of(ProblemType.BAD_REQUEST);
  }
}
