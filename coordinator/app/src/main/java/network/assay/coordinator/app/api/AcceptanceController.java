package network.assay.coordinator.app.api;

import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import network.assay.contracts.protocol.Acceptance;
import network.assay.contracts.protocol.Bytes32;
import network.assay.contracts.protocol.Eip712Domain;
import network.assay.contracts.protocol.Grade;
import network.assay.contracts.protocol.JobIds;
import network.assay.contracts.protocol.PackedVerdict;
import network.assay.contracts.protocol.Signature;
import network.assay.contracts.protocol.WorkCommit;
import network.assay.coordinator.app.flow.Refused;
import network.assay.coordinator.app.store.Acceptances;
import network.assay.coordinator.app.store.Database;
import network.assay.coordinator.app.store.Jobs.Job;
import network.assay.coordinator.app.store.Results;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * {@code POST /v1/jobs/{jobId}/acceptance}: the consumer takes a result of grade ACCEPTED. Kept for
 * the device, which shows it to the oracles; the signature, not this coordinator, is what they
 * believe.
 */
@RestController
public class AcceptanceController {
  private static final int BODY_BYTES_MAX = 4 * 1024;

  private final Database database;
  private final JobPage page;
  private final Eip712Domain market;
  private final LongSupplier clockMs;

  public AcceptanceController(
      Database database, JobPage page, Eip712Domain market, LongSupplier clockMs) {
    this.database = database;
    this.page = page;
    this.market = market;
    this.clockMs = clockMs;
  }

  @PostMapping("/v1/jobs/{id}/acceptance")
  ResponseEntity<Map<String, Object>> accept(
      @PathVariable("id") String id, HttpServletRequest request) throws IOException {
    RequestJson body = RequestJson.read(request, BODY_BYTES_MAX).allow("resultHash", "signature");
    if (id.startsWith("0x")) {
      throw Refused.malformed("WANT_JOB_ID", "an acceptance is for one attempt: want its job id");
    }
    Job job = page.find(id);
    if (job.order().grade() != Grade.ACCEPTED.code()) {
      throw Refused.conflict(
          "NOTHING_TO_ACCEPT",
          "grade " + Grade.of(job.order().grade()) + " is verified, not accepted");
    }
    long jobId = JobPage.jobId(id);
    Acceptance.Signed signed =
        new Acceptance.Signed(
            new Acceptance(jobId, Bytes32.fromHex(body.text("resultHash"))),
            Signature.fromHex(body.text("signature")));
    requireResult(signed.message());
    if (!signed.isBy(job.order().consumer(), market)) {
      throw Refused.malformed(
          "WRONG_SIGNATURE", "want the signature of consumer " + job.order().consumer());
    }
    database.transaction(tx -> {
      Acceptances.put(tx, signed, clockMs.getAsLong());
      return true;
    });
    return ResponseEntity.accepted().body(Map.of("jobId", JobIds.text(jobId)));
  }

  private void requireResult(Acceptance acceptance) {
    Optional<Results.Result> result =
        database.transaction(tx -> Results.find(tx, acceptance.jobId()));
    WorkCommit commit =
        result
            .orElseThrow(
                () -> Refused.notFound("NO_RESULT_YET", "the device has not handed in a result"))
            .commit();
    Bytes32 want = PackedVerdict.resultHash(commit.ciphertextRoot(), commit.plaintextRoot());
    if (!want.equals(acceptance.resultHash())) {
      throw Refused.conflict(
          "NOT_THIS_RESULT",
          "the device committed to " + want + ", got " + acceptance.resultHash());
    }
  }
}
