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

/**
 * Hands on one request of a connection at a time: the next one after the answer to the one before.
 * The framework would begin all of them at once, so that 500 connections with 30 requests each
 * would be 15,000 calls in work. While a request waits here, nothing is read.
 *
 * <p>A request that is being received goes on as it comes. For the event loop of one channel.
 */
final class OneAtATime extends ChannelDuplexHandler {

  private final PipelinedPlaces places;

  /** Parts of the requests behind the one in work; as many requests as a connection may send. */
  private final Queue<Object> waiting = new ArrayDeque<>();

  /** A complete request has been handed on and is not answered. */
  private boolean inWork;

  /** The request that is being received is answered already. */
  private boolean answered;

  private boolean informational;
  private boolean readLater;
  private boolean hasPlace;
  private boolean closed;

  OneAtATime(PipelinedPlaces places) {
    this.places = places;
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    if (inWork || !waiting.isEmpty()) {
      waiting.add(message);
    } else {
      handOn(context, message);
    }
  }

  private void handOn(ChannelHandlerContext context, Object message) {
    if (message instanceof LastHttpContent) {
      inWork = !answered;
      answered = false;
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
        places.take(() -> context.executor().execute(() -> next(context)));
      }
    }
    var _ = context.write(message, promise);
  }

  private void next(ChannelHandlerContext context) {
    hasPlace = true;
    if (closed) {
      givePlaceBack();
      return;
    }
    while (!inWork && !waiting.isEmpty()) {
      handOn(context, waiting.remove());
    }
    context.fireChannelReadComplete();
    if (readLater && waiting.isEmpty()) {
      readLater = false;
      context.read();
    }
  }

  private void givePlaceBack() {
    if (hasPlace) {
      hasPlace = false;
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
    waiting.forEach(ReferenceCountUtil::release);
    waiting.clear();
  }
}
