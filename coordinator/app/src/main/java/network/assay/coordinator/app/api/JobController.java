package network.assay.coordinator.app.api;

import static network.assay.coordinator.app.api.QuoteController.number;

import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import network.assay.contracts.protocol.Address;
import network.assay.contracts.protocol.Bytes32;
import network.assay.contracts.protocol.EvidenceBundle;
import network.assay.contracts.protocol.JobIds;
import network.assay.contracts.protocol.JobState;
import network.assay.contracts.protocol.Order;
import network.assay.contracts.protocol.Signature;
import network.assay.coordinator.app.flow.Intake;
import network.assay.coordinator.app.flow.Refused;
import network.assay.coordinator.app.flow.Stops;
import network.assay.coordinator.app.flow.Submission;
import network.assay.coordinator.app.flow.WebhookTarget;
import network.assay.coordinator.app.store.Database;
import network.assay.coordinator.app.store.Jobs;
import network.assay.coordinator.app.store.Jobs.Job;
import network.assay.coordinator.app.store.Results;
import network.assay.coordinator.app.store.Webhooks;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Jobs: {@code POST /v1/jobs}, {@code GET /v1/jobs…}. */
@RestController
public class JobController {
  /** Input in Base64, the specification, an order in text and some air. */
  public static final int BODY_BYTES_MAX =
      EvidenceBundle.INPUT_BYTES_MAX / 3 * 4 + 2 * EvidenceBundle.SPEC_BYTES_MAX + 16 * 1024;

  private static final int LIST_MAX = 100;

  /** As standardwebhooks.com wants them. */
  private static final int SECRET_BYTES_MIN = 24;

  private static final int SECRET_BYTES_MAX = 64;

  /** Each asks the chain some ten times. */
  private static final int AT_ONCE_MAX = 64;

  private static final int SMALL_BODY_BYTES_MAX = 4 * 1024;

  private final Intake intake;
  private final Stops stops;
  private final Database database;
  private final JobPage page;
  private final boolean privateToo;
  private final Semaphore turns = new Semaphore(AT_ONCE_MAX);

  public JobController(
      Intake intake, Stops stops, Database database, JobPage page, boolean privateToo) {
    this.stops = stops;
    this.privateToo = privateToo;
    this.intake = intake;
    this.database = database;
    this.page = page;
  }

  @PostMapping("/v1/jobs")
  ResponseEntity<Map<String, Object>> submit(HttpServletRequest request) throws IOException {
    RequestJson body =
        RequestJson.read(request, BODY_BYTES_MAX)
            .allow("spec", "inputBase64", "order", "payment", "webhook", "quote", "hardware");
    Optional<Hook> hook = body.has("webhook") ? Optional.of(hook(body)) : Optional.empty();
    RequestJson payment = body.object("payment").allow("validAfter", "validBefore", "signature");
    Submission submission =
        new Submission(
            body.text("spec").getBytes(StandardCharsets.UTF_8),
            base64(body.text("inputBase64")),
            Order.fromWords(
                Order.TYPE.wordsFromText(body.object("order").texts(Order.TYPE.fields().size()))),
            time(payment, "validAfter"),
            time(payment, "validBefore"),
            Signature.fromHex(payment.text("signature")),
            body.optionalText("quote").map(Bytes32::fromHex).orElse(Bytes32.ZERO),
            HardwareJson.ask(body));
    Intake.Taken taken = take(submission);
    hook.ifPresent(h -> keep(taken.orderHash(), h));
    Map<String, Object> out = new LinkedHashMap<>();
    out.put("orderHash", taken.orderHash().hex());
    out.put("jobId", JobIds.text(taken.jobId()));
    out.put("fresh", taken.fresh());
    return ResponseEntity.accepted().body(out);
  }

  /** Where to tell what happens; whoever sends the same order again may send it again, too. */
  private record Hook(String url, byte[] secret) {}

  private Hook hook(RequestJson body) {
    RequestJson webhook = body.object("webhook").allow("url", "secret");
    String url =
        WebhookTarget.check(webhook.text("url"), privateToo, WebhookTarget.SYSTEM).toString();
    String text = webhook.text("secret");
    byte[] secret = base64(text.startsWith("whsec_") ? text.substring(6) : text);
    if (secret.length < SECRET_BYTES_MIN || secret.length > SECRET_BYTES_MAX) {
      throw Refused.malformed(
          "BAD_WEBHOOK",
          "want webhook.secret of %d to %d bytes in Base64, got %d"
              .formatted(SECRET_BYTES_MIN, SECRET_BYTES_MAX, secret.length));
    }
    return new Hook(url, secret);
  }

  private void keep(Bytes32 orderHash, Hook hook) {
    database.transaction(tx -> {
      Webhooks.put(tx, orderHash, hook.url(), hook.secret());
      return true;
    });
  }

  private Intake.Taken take(Submission submission) {
    if (!turns.tryAcquire()) {
      throw Refused.unavailable("TOO_BUSY", "too many orders at once; try again in a moment");
    }
    try {
      return intake.submit(submission);
    } finally {
      turns.release();
    }
  }

  private static java.math.BigInteger time(RequestJson payment, String name) {
    String text =
        payment
            .optionalNumber(name)
            .orElseThrow(() -> Refused.malformed("MISSING_FIELD", "want payment." + name));
    return number("payment." + name, text, 40);
  }

  private static byte[] base64(String text) {
    try {
      return Base64.getDecoder().decode(text);
    } catch (IllegalArgumentException e) {
      throw Refused.malformed(
          "MALFORMED_BASE64", "want standard Base64 in inputBase64 and webhook.secret");
    }
  }

  @GetMapping("/v1/jobs")
  Map<String, Object> list(
      @RequestParam(name = "consumer", required = false) Optional<String> consumer,
      @RequestParam(name = "limit", required = false) Optional<String> limit) {
    int max = limit.map(text -> number("limit", text, 16).intValue()).orElse(20);
    Address whose = consumer.map(Address::fromHex).orElse(null);
    List<Job> jobs =
        database.transaction(tx -> Jobs.newest(tx, whose, Math.min(Math.max(1, max), LIST_MAX)));
    return Map.of("jobs", jobs.stream().map(page::line).toList());
  }

  @GetMapping("/v1/jobs/{id}")
  Map<String, Object> get(@PathVariable("id") String id) {
    return page.full(find(id));
  }

  @GetMapping("/v1/jobs/{id}/result")
  ResponseEntity<byte[]> result(
      @PathVariable("id") String id,
      @RequestHeader(name = "Range", required = false) Optional<String> range,
      @RequestHeader(name = "If-Range", required = false) Optional<String> onlyIf) {
    long jobId = attemptOf(id);
    Results.Head head =
        database.transaction(tx -> Results.head(tx, jobId)).orElseThrow(JobController::noResult);
    Bytes32 root = head.commit().ciphertextRoot();
    String tag = "\"" + root.hex() + "\"";
    Optional<ByteRange> part;
    try {
      part =
          range.isEmpty() || onlyIf.filter(wanted -> !wanted.equals(tag)).isPresent()
              ? Optional.empty()
              : ByteRange.parse(range.get(), head.bytes());
    } catch (ByteRange.Unsatisfiable e) {
      return ResponseEntity.status(416).header("Content-Range", "bytes */" + head.bytes()).build();
    }
    ByteRange wanted = part.orElse(new ByteRange(0, head.bytes() - 1));
    byte[] content =
        database
            .transaction(tx -> Results.slice(tx, jobId, root, wanted.from(), (int) wanted.length()))
            .orElseThrow(JobController::noResult);
    ResponseEntity.BodyBuilder answer =
        ResponseEntity.status(part.isPresent() ? 206 : 200)
            .contentType(MediaType.APPLICATION_OCTET_STREAM)
            .header("Accept-Ranges", "bytes")
            .header("ETag", tag)
            .header("X-Assay-Job", JobIds.text(jobId))
            .header("X-Assay-Ciphertext-Root", root.hex())
            .header("X-Assay-Plaintext-Root", head.commit().plaintextRoot().hex());
    part.ifPresent(p ->
        answer.header("Content-Range", "bytes %d-%d/%d".formatted(p.from(), p.to(), head.bytes())));
    return answer.body(content);
  }

  private static Refused noResult() {
    return Refused.notFound("NO_RESULT_YET", "the device has not handed in a result");
  }

  @GetMapping(value = "/v1/jobs/{id}/receipt")
  ResponseEntity<byte[]> receipt(@PathVariable("id") String id) {
    long jobId = attemptOf(id);
    byte[] json =
        database
            .transaction(tx -> Results.receipt(tx, jobId))
            .orElseThrow(() -> Refused.notFound("NO_RECEIPT_YET", page.whyNoReceipt(jobId)));
    return ResponseEntity.ok().contentType(MediaType.APPLICATION_JSON).body(json);
  }

  /** The order's consumer says so by a signature that any wallet makes; see {@link Stops}. */
  @PostMapping("/v1/jobs/{id}/stop")
  Map<String, Object> stop(@PathVariable("id") String id, HttpServletRequest request)
      throws IOException {
    RequestJson body = RequestJson.read(request, SMALL_BODY_BYTES_MAX).allow("signature");
    Stops.Stopped stopped = stops.stop(find(id), Signature.fromHex(body.text("signature")));
    Map<String, Object> out = new LinkedHashMap<>();
    out.put("jobId", JobIds.text(stopped.attempt().jobId()));
    out.put("state", stopped.attempt().state().name());
    out.put("deadlineS", stopped.attempt().deadlineS());
    out.put("money", stopped.money().name());
    out.put("sentence", stopped.money().sentence());
    out.put("cancellable", stopped.cancellable());
    return out;
  }

  /** What runs here has a fixed price, paid when it began. */
  @PostMapping("/v1/jobs/{id}/top-up")
  Map<String, Object> topUp(@PathVariable("id") String id) {
    Job job = find(id);
    throw Refused.conflict(
        "FIXED_PRICE",
        "order %s has a fixed price of %s base units, paid when it began: there is nothing to top"
                .formatted(job.orderHash(), job.order().amount())
            + " up; metered (RATE) jobs, which have a balance, are not matched by this coordinator");
  }

  private Job find(String id) {
    return page.find(id);
  }

  /**
   * The attempt that an id means: a job id its own, an order hash the order's reported or newest.
   */
  private long attemptOf(String id) {
    if (!id.startsWith("0x")) {
      var _ = find(id);
      return JobPage.jobId(id);
    }
    Job job = find(id);
    return database.transaction(tx -> Jobs.attempts(tx, job.orderHash())).stream()
        .filter(a -> a.state() == JobState.REPORTED)
        .mapToLong(Jobs.Attempt::jobId)
        .findFirst()
        .orElse(job.jobId());
  }
}
