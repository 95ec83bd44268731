package network.assay.contracts.client.assay;

import java.math.BigInteger;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import network.assay.contracts.client.rpc.BlockHeader;
import network.assay.contracts.client.rpc.ChainLog;
import network.assay.contracts.client.rpc.RpcEndpoints;
import network.assay.contracts.client.rpc.RpcException;
import network.assay.contracts.protocol.Address;
import network.assay.contracts.protocol.Committee;
import network.assay.contracts.protocol.JobState;

/** Whether there is a committee that can answer, has something to lose, and does answer. */
final class CommitteeChecks {
  private static final String REPORT = "ReportAccepted(uint64,uint64,bytes32,bytes32,uint16)";
  private static final String INCOMPLETE = "ReportIncomplete(uint64,uint64,bytes32,uint256)";
  private static final String ACCEPTED = "JobAccepted(uint64,address,uint64,uint96,uint40,bytes32)";
  private static final String OPENED =
      "JobOpened(uint64,bytes32,address,bytes32,address,address,uint40,uint96,uint64,uint40,bytes32)";
  private static final int JOBS_ASKED_MAX = 500;

  private final AssayContracts contracts;
  private final Deployment at;
  private final ContractReader reader;
  private final Findings findings;

  CommitteeChecks(AssayContracts contracts, ContractReader reader, Findings findings) {
    this.contracts = contracts;
    this.at = contracts.deployment();
    this.reader = reader;
    this.findings = findings;
  }

  /** Digest, keys that can sign, and whether the market sends new jobs to this epoch. */
  void able() {
    findings.guarded(
        "committee",
        () -> {
          long epoch = contracts.committee().currentEpoch();
          Committee committee =
              contracts.committee().committee(epoch); // refuses any n but 3f+1 in 4 to 31
          findings.equal(
              "committee's digest",
              contracts.committee().epochDigest(epoch).hex(),
              committee.digest(at.chainId(), at.committee()).hex());
          findings.equal(
              "market's epoch",
              "" + reader.read("the market's epoch", at.market(), Abi.call("epoch")).u64(),
              "" + epoch);
          findings.add(quorum(epoch, committee));
        });
  }

  private CheckResult quorum(long epoch, Committee committee) {
    int able = seated(committee).size();
    String size =
        able
            + " of "
            + committee.n()
            + " keys can sign in epoch "
            + epoch
            + ", a quorum is "
            + committee.quorum();
    return able >= committee.quorum()
        ? new CheckResult.Accepted("committee", size)
        : new CheckResult.Rejected("committee", size, "a quorum: rotate to a new committee");
  }

  private List<Address> seated(Committee committee) {
    return committee.keys().stream().filter(key -> !contracts.committee().isRemoved(key)).toList();
  }

  List<Address> seated() {
    return seated(contracts.committee().committee(contracts.committee().currentEpoch()));
  }

  /** The last committee before this one, as long as it still answers for its jobs. */
  void overlap(long nowS) {
    findings.ask(
        "committee before",
        () -> {
          long epoch = contracts.committee().currentEpoch();
          if (epoch == 1) {
            return new CheckResult.Accepted("committee before", "none, this is the first");
          }
          Words in =
              reader.read(
                  "how long epoch " + (epoch - 1) + " answers",
                  at.committee(),
                  Abi.call("answersUntil", Abi.u64(epoch - 1)));
          long leftS = in.u40() - nowS;
          return new CheckResult.Accepted(
              "committee before",
              leftS > 0
                  ? "epoch " + (epoch - 1) + " answers for its jobs for another " + leftS + " s"
                  : "epoch " + (epoch - 1) + " has retired");
        });
  }

  /**
   * Each seated oracle's stake.
   *
   * @param deployedS when the contracts were deployed: the first committee has its time from then
   */
  void bonds(long nowS, long deployedS) {
    findings.guarded(
        "oracles' stake",
        () -> {
          OracleParams params = contracts.oracleStake().params();
          long graceLeftS = deployedS + params.bondGraceS() - nowS;
          for (Address key : seated()) {
            String check = "stake behind oracle " + key;
            findings.ask(check, () -> bond(check, key, params.bondMin(), graceLeftS));
          }
        });
  }

  private CheckResult bond(String check, Address key, BigInteger want, long graceLeftS) {
    OracleStakeCalls.Bond bond = contracts.oracleStake().bond(key);
    String got = bond.active() + " token units";
    if (bond.punished()) {
      return new CheckResult.Rejected(
          check, "punished: it contradicted itself", "another key in the committee");
    }
    if (bond.active().compareTo(want) >= 0) {
      return new CheckResult.Accepted(check, got + " by " + bond.operator());
    }
    return graceLeftS > 0
        ? new CheckResult.Noted(
            check,
            got + ", and needs " + want + " within " + graceLeftS + " s, or anyone may remove it")
        : new CheckResult.Rejected(check, got, "at least " + want + ", or anyone may remove it");
  }

  /** Reports, and jobs whose time ran out without one. */
  void reports(RpcEndpoints rpc, long nowS) {
    findings.guarded(
        "reports",
        () -> {
          String report = EventSearch.topic(REPORT);
          List<ChainLog> logs =
              new EventSearch(rpc)
                  .newest(
                      at.deployBlock(),
                      List.of(at.settlement(), at.market()),
                      List.of(REPORT, INCOMPLETE, ACCEPTED, OPENED),
                      log -> log.topics().getFirst().equals(report));
          ChainLog last = null;
          Map<Long, Long> runUntil = new LinkedHashMap<>();
          for (ChainLog log : logs) {
            if (log.topics().getFirst().equals(report)) {
              last = log;
            }
            contracts
                .events()
                .decode(log)
                .ifPresent(event -> {
                  switch (event) {
                    case AssayEvent.JobAccepted job -> runUntil.put(job.jobId(), job.runUntil());
                    case AssayEvent.JobOpened job -> runUntil.put(job.jobId(), job.runUntil());
                    default -> {}
                  }
                });
          }
          findings.add(lastReport(rpc, last, runUntil.size(), nowS));
          findings.add(overdue(runUntil, nowS));
        });
  }

  private static CheckResult lastReport(
      RpcEndpoints rpc, @org.jspecify.annotations.Nullable ChainLog last, int jobs, long nowS) {
    if (last == null) {
      return jobs == 0
          ? new CheckResult.Accepted("last report", "none, and no job was accepted yet")
          : new CheckResult.Noted("last report", "none yet, " + jobs + " jobs were accepted");
    }
    long number = last.blockNumber();
    BlockHeader header =
        rpc.read("block " + number, node -> node.header(number))
            .orElseThrow(() ->
                new RpcException.Unavailable("block " + number + " is not there any more", null));
    return new CheckResult.Accepted(
        "last report", (nowS - header.timestampS()) + " s ago, in block " + number);
  }

  /** Of the newest jobs, those that nobody reported, failed or expired after their deadline. */
  private CheckResult overdue(Map<Long, Long> runUntil, long nowS) {
    int asked = 0;
    int late = 0;
    String example = "";
    for (Map.Entry<Long, Long> each : runUntil.entrySet().stream().toList().reversed()) {
      if (each.getValue() >= nowS) {
        continue;
      }
      if (++asked > JOBS_ASKED_MAX) {
        break;
      }
      JobFacts job = contracts.market().job(each.getKey());
      boolean waits = job.state() == JobState.RUNNING || job.state() == JobState.COMMITTED;
      if (waits && job.deadline() < nowS) {
        late++;
        example = "job " + each.getKey() + " is " + job.state();
      }
    }
    return late == 0
        ? new CheckResult.Accepted("jobs without a report", "none is overdue")
        : new CheckResult.Rejected(
            "jobs without a report",
            late + " overdue, " + example,
            "none: does the committee live? Anyone may expire them");
  }
}
