package network.assay.coordinator.app.store;

import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;

/** One coordinator's seats: what only one of those that share the database does at a time. */
public final class Seats implements AutoCloseable {
  /**
   * How long a dead coordinator is waited for. Longer than the pauses of a loaded machine; a living
   * one that is taken over does no harm, it only stands by.
   */
  public static final Duration TERM = Duration.ofSeconds(5);

  private final Database database;
  private final String holder = UUID.randomUUID().toString();
  private final List<Seat> seats = new CopyOnWriteArrayList<>();

  public Seats(Database database) {
    this.database = database;
  }

  /** Names this process's life; no other ever has it. */
  public String holder() {
    return holder;
  }

  public Seat seat(String name) {
    Seat seat = new Seat(database, name, holder, TERM);
    seats.add(seat);
    return seat;
  }

  /** Takes what is free, renews what is ours. */
  public void tend() {
    seats.forEach(Seat::tend);
  }

  /** Gives everything back, so that another goes on at once. */
  @Override
  public void close() {
    seats.forEach(Seat::close);
  }
}
