package onceward.messaging.testkit.servers;

import onceward.localstack.kafka.KafkaBroker;
import org.testcontainers.DockerClientFactory;

/**
 * Both servers as containers. So far only its refusal without Docker has been run; the containers
 * themselves have not.
 */
record ContainerServers(ContainerPostgres postgres, ContainerKafka kafka) implements Servers {

  static ContainerServers start() {
    if (!DockerClientFactory.instance().isDockerAvailable()) {
      throw new IllegalStateException(
          ServersChoice.PROPERTY
              + " is 'testcontainers', but no Docker answers: start it or set DOCKER_HOST, or leave"
              + " the property out");
    }
    var postgres = ContainerPostgres.start();
    try {
      return new ContainerServers(postgres, ContainerKafka.start());
    } catch (RuntimeException failed) {
      postgres.close();
      throw failed;
    }
  }

  @Override
  public KafkaBroker embeddedKafka() {
    throw new IllegalStateException(
        "this test needs a broker that is a process of this machine: run it without "
            + ServersChoice.PROPERTY);
  }

  @Override
  public void close() {
    kafka.close();
    postgres.close();
  }
}
