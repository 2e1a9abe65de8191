package onceward.gateway.connection;

import io.micronaut.context.event.BeanCreatedEvent;
import io.micronaut.context.event.BeanCreatedEventListener;
import io.micronaut.http.netty.channel.ChannelPipelineCustomizer;
import io.micronaut.http.server.netty.NettyServerCustomizer;
import io.micronaut.http.server.netty.NettyServerCustomizer.ChannelRole;
import io.micronaut.http.server.netty.configuration.NettyHttpServerConfiguration;
import io.netty.channel.Channel;
import io.netty.handler.codec.http.HttpDecoderConfig;
import jakarta.inject.Singleton;
import java.util.concurrent.ThreadLocalRandom;
import onceward.management.ManagementPort;
import org.jspecify.annotations.Nullable;

/**
 * Gives each connection that is accepted the strict codec, with a {@link CallerConnection} around
 * it, and behind them one request at a time.
 */
@Singleton
final class ConnectionPipelines
    implements BeanCreatedEventListener<NettyServerCustomizer.Registry> {

  private final ConnectionLimits limits;
  private final OpenConnections open;
  private final OpenConnections ofOperators;
  private final ManagementPort management;
  private final PipelinedPlaces pipelined;
  private final NettyHttpServerConfiguration server;

  ConnectionPipelines(
      ConnectionLimits limits,
      OpenConnections open,
      ManagementPort management,
      PipelinedPlaces pipelined,
      NettyHttpServerConfiguration server) {
    this.limits = limits;
    this.open = open;
    this.ofOperators = new OpenConnections(limits);
    this.management = management;
    this.pipelined = pipelined;
    this.server = server;
  }

  @Override
  public NettyServerCustomizer.Registry onCreated(
      BeanCreatedEvent<NettyServerCustomizer.Registry> event) {
    event.getBean().register(new Customizer(null));
    return event.getBean();
  }

  private final class Customizer implements NettyServerCustomizer {

    private final @Nullable Channel channel;

    private Customizer(@Nullable Channel channel) {
      this.channel = channel;
    }

    @Override
    public NettyServerCustomizer specializeForChannel(Channel specialized, ChannelRole role) {
      return role == ChannelRole.CONNECTION ? new Customizer(specialized) : this;
    }

    @Override
    public void onInitialPipelineBuilt() {
      if (channel == null) {
        return;
      }
      var codec = new StrictServerCodec(sizes());
      // Callers cannot take the places of operators.
      var places = management.isOf(channel.localAddress()) ? ofOperators : open;
      var connection =
          new CallerConnection(
              channel, codec, limits, places, () -> ThreadLocalRandom.current().nextDouble());
      var name = ChannelPipelineCustomizer.HANDLER_HTTP_SERVER_CODEC;
      channel.pipeline().replace(name, name, codec);
      channel.pipeline().addBefore(name, "caller-bytes", connection.bytes());
      channel.pipeline().addAfter(name, "caller-requests", connection.requests());
      channel
          .pipeline()
          .addAfter("caller-requests", "one-at-a-time", connection.oneAtATime(pipelined));
      connection.accept();
    }

    private HttpDecoderConfig sizes() {
      return new HttpDecoderConfig()
          .setMaxInitialLineLength(server.getMaxInitialLineLength())
          .setMaxHeaderSize(server.getMaxHeaderSize())
          .setMaxChunkSize(server.getMaxChunkSize())
          .setInitialBufferSize(server.getInitialBufferSize());
    }
  }
}
