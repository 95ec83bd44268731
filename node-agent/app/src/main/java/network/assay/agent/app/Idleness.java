package network.assay.agent.app;

import java.util.ArrayList;
import java.util.List;
import network.assay.agent.app.job.JobBook.JobLine;
import network.assay.agent.execute.Phase;

/**
 * Why an agent earns nothing right now, and what it waits for.
 *
 * @param because a sentence; empty while it works
 * @param waitsFor what will happen by itself, one sentence each
 */
public record Idleness(String because, List<String> waitsFor) {
  public Idleness {
    waitsFor = List.copyOf(waitsFor);
  }

  /**
   * Judges from what the agent knows of itself.
   *
   * @param trouble what keeps it from working at all; empty where nothing does
   * @param offerUntilS until when its offer stands; 0 where none does
   * @param offerTrouble why no offer could be published; empty where that is not known
   */
  static Idleness of(
      String trouble, boolean draining, List<JobLine> jobs, long offerUntilS, String offerTrouble) {
    List<String> waits = new ArrayList<>();
    long reported = jobs.stream().filter(job -> job.phase().equals(Phase.REPORTED.name())).count();
    long working = jobs.size() - reported;
    if (reported > 0) {
      waits.add(reported + " reported job(s): pay comes when their challenge windows are over");
    }
    if (draining && working > 0) {
      waits.add("draining: it ends when " + working + " job(s) are finished");
    }
    if (working > 0) {
      return new Idleness("", waits);
    }
    if (!trouble.isEmpty()) {
      return new Idleness("it cannot work: " + trouble, waits);
    }
    if (draining) {
      return new Idleness("it is drained: assay agent drain --undo takes jobs again", waits);
    }
    if (offerUntilS == 0) {
      String why = offerTrouble.isEmpty() ? "the first is being made" : offerTrouble;
      return new Idleness("no offer of it stands: " + why, waits);
    }
    waits.add("an order that its offer fits; the offer stands until " + offerUntilS);
    return new Idleness("no order was joined with its offer", waits);
  }
}
