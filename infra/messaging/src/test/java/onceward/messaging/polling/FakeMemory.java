package onceward.messaging.polling;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import onceward.messaging.offsets.Loss;
import onceward.messaging.offsets.PartitionMemory;
import onceward.messaging.offsets.Remembered;
import onceward.messaging.offsets.Stop;

/** What one consumer remembers of one topic, as the database would keep it. */
final class FakeMemory implements PartitionMemory {

  final Map<Integer, Remembered> partitions = new ConcurrentHashMap<>();
  final Map<Integer, Stop> stops = new ConcurrentHashMap<>();

  @Override
  public synchronized Memory read(String consumer, String topic) {
    return new Memory(Map.copyOf(partitions), Map.copyOf(stops));
  }

  @Override
  public void handles(String consumer, String topic, Set<String> types) {}

  @Override
  public synchronized Set<Integer> accepted(String consumer, String topic) {
    return stops.entrySet().stream()
        .filter(stop -> stop.getValue().accepted())
        .map(Map.Entry::getKey)
        .collect(Collectors.toSet());
  }

  @Override
  public synchronized void remember(
      String consumer, String topic, UUID topicId, Map<Integer, Long> nextOffsets) {
    nextOffsets.forEach((partition, next) -> {
      var before = partitions.get(partition);
      if (before == null || before.topicId() == null) {
        partitions.put(partition, new Remembered(topicId, next));
      }
    });
  }

  @Override
  public synchronized Map<Integer, Long> note(
      String consumer,
      String topic,
      UUID topicId,
      Map<Integer, Long> nextOffsets,
      Map<Integer, Long> known) {
    var hasForgotten =
        known.entrySet().stream().anyMatch(one -> next(one.getKey()) < one.getValue());
    if (!hasForgotten) {
      nextOffsets.forEach((partition, next) ->
          partitions.put(partition, new Remembered(topicId, Math.max(next, next(partition)))));
    }
    var noted = new HashMap<Integer, Long>();
    partitions.forEach((partition, remembered) -> noted.put(partition, remembered.nextOffset()));
    return noted;
  }

  private long next(int partition) {
    var remembered = partitions.get(partition);
    return remembered == null ? -1 : remembered.nextOffset();
  }

  @Override
  public synchronized void restored(
      String consumer, String topic, UUID topicId, Map<Integer, Long> nextOffsets) {
    throw new UnsupportedOperationException();
  }

  @Override
  public synchronized void stop(String consumer, String topic, int partition, Loss loss) {
    stops.putIfAbsent(partition, new Stop(loss, false));
  }

  @Override
  public synchronized Map<Integer, Loss> accept(String consumer, String topic) {
    var accepted = new HashMap<Integer, Loss>();
    stops.forEach((partition, stop) -> accepted.put(partition, stop.loss()));
    stops.replaceAll((_, stop) -> new Stop(stop.loss(), true));
    return accepted;
  }

  @Override
  public synchronized void beginAnew(
      String consumer, String topic, int partition, UUID topicId, long offset) {
    partitions.put(partition, new Remembered(topicId, offset));
    stops.remove(partition);
  }
}
