package onceward.gateway.connection;

import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * Hands on one request of a connection at a time: the next one after the answer to the one before.
 * The framework would begin all of them at once, so that 500 connections with 30 requests each
 * would be 15,000 calls in work. While a request waits here, nothing is read.
 *
 * <p>A request that is being received goes on as it comes. One that was complete before the answer
 * to the one before is handed on once it has one of the {@link PipelinedPlaces}, and has it until
 * its answer. For the event loop of one channel.
 */
final class OneAtATime extends ChannelDuplexHandler {

  private enum Place {
    NONE,
    ASKED_FOR,
    HELD
  }

  private final PipelinedPlaces places;
  private final Runnable begun;

  /** Parts of the requests behind the one in work; as many requests as a connection may send. */
  private final Queue<Object> waiting = new ArrayDeque<>();

  /** How many of the waiting requests are complete. */
  private int complete;

  /** A complete request has been handed on and is not answered. */
  private boolean inWork;

  /** The request that is being received is answered already. */
  private boolean answered;

  private boolean informational;
  private boolean readLater;
  private Place place = Place.NONE;
  private @Nullable Runnable placeFound;
  private boolean closed;

  /**
   * The order of one connection.
   *
   * @param begun is run whenever a complete request begins to be in work
   */
  OneAtATime(PipelinedPlaces places, Runnable begun) {
    this.places = places;
    this.begun = begun;
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    if (inWork || !waiting.isEmpty()) {
      waiting.add(message);
      if (message instanceof LastHttpContent) {
        complete++;
      }
    } else {
      handOn(context, message);
    }
  }

  private void handOn(ChannelHandlerContext context, Object message) {
    if (message instanceof LastHttpContent) {
      inWork = !answered;
      answered = false;
      if (inWork) {
        begun.run();
      }
    }
    context.fireChannelRead(message);
  }

  @Override
  public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
    if (message instanceof HttpResponse response) {
      informational = response.status().codeClass() == HttpStatusClass.INFORMATIONAL;
    }
    if (message instanceof LastHttpContent && !informational) {
      answered = !inWork;
      inWork = false;
      givePlaceBack();
      if (!waiting.isEmpty()) {
        // Not within this call: the framework has not finished with the answer.
        context.executor().execute(() -> goOn(context));
      }
    }
    var _ = context.write(message, promise);
  }

  private void goOn(ChannelHandlerContext context) {
    if (closed || inWork || place != Place.NONE) {
      return;
    }
    if (complete == 0) {
      handOnWaiting(context);
      return;
    }
    place = Place.ASKED_FOR;
    placeFound = () -> context.executor().execute(() -> next(context));
    places.take(placeFound);
  }

  private void next(ChannelHandlerContext context) {
    place = Place.HELD;
    if (closed || complete == 0) {
      givePlaceBack();
      return;
    }
    handOnWaiting(context);
  }

  /** Hands on one request, or as much of it as has come. */
  private void handOnWaiting(ChannelHandlerContext context) {
    boolean last = false;
    while (!last && !waiting.isEmpty()) {
      Object message = waiting.remove();
      last = message instanceof LastHttpContent;
      if (last) {
        complete--;
      }
      handOn(context, message);
    }
    context.fireChannelReadComplete();
    if (readLater && waiting.isEmpty()) {
      readLater = false;
      context.read();
    }
  }

  private void givePlaceBack() {
    if (place == Place.HELD) {
      place = Place.NONE;
      places.giveBack();
    }
  }

  @Override
  public void read(ChannelHandlerContext context) {
    if (waiting.isEmpty()) {
      context.read();
    } else {
      readLater = true;
    }
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext context) {
    closed = true;
    givePlaceBack();
    if (placeFound != null) {
      places.forgo(placeFound);
    }
    waiting.forEach(ReferenceCountUtil::release);
    waiting.clear();
    complete = 0;
  }
}
