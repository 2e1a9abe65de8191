package onceward.gateway.connection;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.DoubleSupplier;
import onceward.gateway.connection.OpenConnections.Member;
import onceward.gateway.problem.ProblemType;
import org.jspecify.annotations.Nullable;

/**
 * One connection of a caller. Each part of a request has to arrive in time, each answer has to be
 * taken in time, and a request that breaks the rules ends the connection after the answer that says
 * so: nothing behind it is read as a request.
 *
 * <p>All methods but {@link #end()} are called on the channel's event loop.
 */
final class CallerConnection implements Member {

  /** How long the rest of a refused request is read and dropped, so that the answer arrives. */
  private static final Duration LINGER = Duration.ofSeconds(1);

  /**
   * How many requests a caller may send before their answers. Browsers send one; without a bound,
   * one packet of small requests would fill the queue in which the framework keeps them.
   */
  private static final int UNANSWERED_MAX = 32;

  /** A read that brings fewer counts as small. */
  private static final int SMALL_READ_BYTES = 256;

  /**
   * After so many small reads in a row of one request, the gateway pauses before each further read
   * of it, until one is not small. Ordinary requests need two or three.
   */
  private static final int SMALL_READS_MAX = 5;

  /**
   * The mean of these pauses. Every read takes an event loop from other callers, and thousands of
   * callers may send their byte in the same moment.
   */
  private static final Duration PAUSE = Duration.ofSeconds(1);

  /**
   * The part of a time by which it may end early. Connections that began together would otherwise
   * end in the same moment, and their callers would come again in the same moment, for ever.
   */
  private static final double EARLY_MAX = 0.5;

  private enum Receiving {
    NOTHING,
    HEAD,
    BODY,
    /** The connection ends; what still arrives is dropped. */
    DROPPED
  }

  private final Channel channel;
  private final ConnectionLimits limits;
  private final OpenConnections open;
  private final CallerAddress address;
  private final StrictServerCodec codec;
  private final DoubleSupplier chance;
  private final Bytes bytes = new Bytes();
  private final Requests requests = new Requests();

  private Receiving receiving = Receiving.NOTHING;
  private int smallReads;
  private int bytesOfRead;
  private int unanswered;
  private int untaken;
  private boolean informational;
  private boolean answering;
  private boolean lastRequest;
  private boolean readLater;
  private boolean readPaused;
  private @Nullable ProblemType refusal;
  private @Nullable Future<?> receiveDeadline;
  private @Nullable Future<?> takeDeadline;

  /**
   * A connection that has been accepted.
   *
   * @param chance a number from 0 to 1, another one at each call
   */
  CallerConnection(
      Channel channel,
      StrictServerCodec codec,
      ConnectionLimits limits,
      OpenConnections open,
      DoubleSupplier chance) {
    this.channel = channel;
    this.codec = codec;
    this.limits = limits;
    this.open = open;
    this.chance = chance;
    this.address = CallerAddress.of(channel.remoteAddress());
  }

  ChannelHandler bytes() {
    return bytes;
  }

  ChannelHandler requests() {
    return requests;
  }

  /** The order of the requests, behind {@link #requests()}. */
  ChannelHandler oneAtATime(PipelinedPlaces places) {
    return new OneAtATime(places, () -> open.waitsForAnswer(this));
  }

  @Override
  public CallerAddress address() {
    return address;
  }

  @Override
  public void end() {
    var _ = channel.close();
  }

  /** Counts the connection, or refuses it; its first request has to begin at once. */
  void accept() {
    if (!open.admit(this)) {
      refuse(ProblemType.BUSY);
      return;
    }
    channel.closeFuture().addListener(_ -> open.ended(this));
    receiveWithin(limits.headerTimeMax());
  }

  private void receiveWithin(Duration time) {
    stopReceiving();
    receiveDeadline =
        channel
            .eventLoop()
            .schedule(
                () -> refuse(ProblemType.REQUEST_TIMEOUT), spread(time), TimeUnit.NANOSECONDS);
  }

  /** In nanoseconds. */
  private long spread(Duration longest) {
    return (long) (longest.toNanos() * (1 - EARLY_MAX * chance.getAsDouble()));
  }

  private void stopReceiving() {
    if (receiveDeadline != null) {
      receiveDeadline.cancel(false);
    }
  }

  private void requestEnded() {
    receiving = lastRequest ? Receiving.DROPPED : Receiving.NOTHING;
    smallReads = 0;
    stopReceiving();
  }

  /**
   * Refuses the request that is being received, as soon as the answers before it are written. If
   * the request has an answer already, only the connection ends.
   */
  private void refuse(ProblemType problem) {
    if (refusal != null) {
      return;
    }
    var handedOn = receiving == Receiving.BODY;
    refusal = problem;
    receiving = Receiving.DROPPED;
    stopReceiving();
    if (answering || (handedOn && unanswered == 0)) {
      var _ = channel.close();
      return;
    }
    if (handedOn) {
      // The framework's own answer to this request is dropped.
      unanswered--;
    }
    if (unanswered == 0) {
      writeRefusal(problem);
    }
  }

  private void writeRefusal(ProblemType problem) {
    var taken = channel.newPromise();
    answerBegun(taken);
    requests
        .context()
        .writeAndFlush(RawProblem.answer(problem), taken)
        .addListener(_ -> closeAfterLinger());
  }

  private void closeAfterLinger() {
    if (channel instanceof DuplexChannel duplex && duplex.isActive()) {
      var _ = duplex.shutdownOutput();
      duplex.config().setAutoRead(true);
    }
    var _ = channel.eventLoop().schedule(this::end, LINGER.toMillis(), TimeUnit.MILLISECONDS);
  }

  private void answerBegun(ChannelPromise promise) {
    if (untaken++ == 0) {
      takeDeadline =
          channel
              .eventLoop()
              .schedule(this::end, spread(limits.answerTimeMax()), TimeUnit.NANOSECONDS);
    }
    promise.addListener(_ -> answerTaken());
  }

  private void answerTaken() {
    if (--untaken == 0 && takeDeadline != null) {
      takeDeadline.cancel(false);
    }
  }

  private void answerWritten() {
    unanswered--;
    if (unanswered == 0 && refusal != null) {
      writeRefusal(refusal);
    } else {
      // What else the caller has sent is queued behind this answer, or not complete.
      open.waitsForCaller(this);
    }
  }

  private boolean isRequestUnfinished() {
    return receiving == Receiving.HEAD || receiving == Receiving.BODY;
  }

  /** Sees bytes before they are decoded. */
  private final class Bytes extends ChannelDuplexHandler {

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      if (receiving == Receiving.DROPPED) {
        ReferenceCountUtil.release(message);
        return;
      }
      if (message instanceof ByteBuf part) {
        bytesOfRead += part.readableBytes();
      }
      context.fireChannelRead(message);
      // What has just arrived may have ended one request and begun the next one.
      if (receiving == Receiving.NOTHING && codec.isHeadBegun()) {
        receiving = Receiving.HEAD;
        receiveWithin(limits.headerTimeMax());
      }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
      if (bytesOfRead >= SMALL_READ_BYTES) {
        smallReads = 0;
      } else if (bytesOfRead > 0 && isRequestUnfinished()) {
        smallReads++;
      }
      bytesOfRead = 0;
      context.fireChannelReadComplete();
    }

    /**
     * Reads no request of a caller that does not take the answers to those before, and seldom one
     * that comes a few bytes at a time.
     */
    @Override
    public void read(ChannelHandlerContext context) {
      if (smallReads >= SMALL_READS_MAX && isRequestUnfinished()) {
        readAfterPause(context);
      } else {
        readIfTaken(context);
      }
    }

    private void readAfterPause(ChannelHandlerContext context) {
      if (readPaused) {
        return;
      }
      readPaused = true;
      var pause = (long) (PAUSE.toNanos() * (0.5 + chance.getAsDouble()));
      var _ =
          channel
              .eventLoop()
              .schedule(
                  () -> {
                    readPaused = false;
                    readIfTaken(context);
                  },
                  pause,
                  TimeUnit.NANOSECONDS);
    }

    private void readIfTaken(ChannelHandlerContext context) {
      if (channel.isWritable()) {
        context.read();
      } else {
        readLater = true;
      }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
      if (readLater && channel.isWritable()) {
        readLater = false;
        context.read();
      }
      context.fireChannelWritabilityChanged();
    }
  }

  /** Sees requests and answers. */
  private final class Requests extends ChannelDuplexHandler {

    private @Nullable ChannelHandlerContext added;

    ChannelHandlerContext context() {
      if (added == null) {
        throw new IllegalStateException("the handler is not in the pipeline yet");
      }
      return added;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
      added = context;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      if (receiving == Receiving.DROPPED) {
        ReferenceCountUtil.release(message);
        return;
      }
      if (message instanceof HttpRequest request) {
        var refused = RequestRules.refusal(request);
        if (refused.isPresent()) {
          ReferenceCountUtil.release(message);
          refuse(refused.get());
          return;
        }
        if (unanswered == UNANSWERED_MAX) {
          ReferenceCountUtil.release(message);
          refuse(ProblemType.TOO_MANY_REQUESTS);
          return;
        }
        unanswered++;
        lastRequest = !HttpUtil.isKeepAlive(request) || isOld(request);
        receiving = Receiving.BODY;
        receiveWithin(limits.bodyTimeMax());
      }
      if (message instanceof HttpContent content) {
        if (content.decoderResult().isFailure()) {
          ReferenceCountUtil.release(content);
          refuse(RequestRules.refusal(content.decoderResult()));
          return;
        }
        if (content instanceof LastHttpContent) {
          requestEnded();
        }
      }
      context.fireChannelRead(message);
    }

    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
      if (refusal != null && unanswered == 0) {
        ReferenceCountUtil.release(message);
        promise.setFailure(new ClosedChannelException());
        return;
      }
      if (message instanceof HttpResponse response) {
        informational = response.status().codeClass() == HttpStatusClass.INFORMATIONAL;
        answering = !informational;
        if (answering && lastRequest && unanswered == 1) {
          response.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        }
      }
      var last = message instanceof LastHttpContent && !informational;
      if (!last) {
        var _ = context.write(message, promise);
        return;
      }
      var taken = promise.unvoid();
      answering = false;
      answerBegun(taken);
      var _ = context.write(message, taken);
      answerWritten();
      if (lastRequest && unanswered == 0) {
        taken.addListener(_ -> end());
      }
    }

    /** A client of HTTP/1.0 may wait for the end of the connection, whatever it says. */
    private static boolean isOld(HttpRequest request) {
      return request.protocolVersion().equals(HttpVersion.HTTP_1_0);
    }
  }
}
