// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Accept, Fail, JobState, Offer, Order, Payment, SkipReason, WorkCommit} from "./AssayTypes.sol";

/// @title One job's life, from paid to reported
/// @notice A job is one attempt at one Order. Its id is `uint64(uint256(keccak256(orderHash ‖ uint256(attempt))))`,
/// known before the transaction; a used id is the record that the Order was consumed. Every state has one deadline and
/// one default, which anyone may bring about after it. Up to and including the deadline only the regular move happens,
/// after it only the default.
///
/// A job takes two storage slots. Calls that need more of the Order take it again, and check it against the *binding*:
/// 136 bits of H(orderHash ‖ offerHash), beside the job id's own 64 bits of the orderHash.
///
/// Constructor: `JobMarket(address vault, address stake, address devices, address committee, address settlement,
/// address governor, Params params)`.
interface IJobMarket {
    /// @notice The market's numbers; none ever changes. In this order in the constructor.
    struct Params {
        /// @dev Stake locked at Accept, in 1/10,000 of the job's price, rounded up. May exceed 10,000.
        uint32 lockBps;
        /// @dev Stake taken for FRAUD, in 1/10,000 of the price, rounded up; at least lockBps. What exceeds the lock
        /// comes from free and unbonding stake as far as there is any.
        uint32 slashBps;
        /// @dev Stake taken where a running job's time ran out, in 1/10,000 of the price; never more than the lock.
        uint32 penaltyBps;
        /// @dev Fee out of the provider's pay, in 1/10,000, rounded down; at most 10,000.
        uint16 feeBps;
        /// @dev Seconds from report to finality; > 0.
        uint32 challengeWindowS;
        /// @dev Grain of finality in seconds; at least challengeWindowS.
        uint32 bucketS;
        /// @dev Seconds by which COMMITTED is extended, once; > 0.
        uint32 reportExtensionS;
        /// @dev Seconds after acceptUntil during which a job with attempts left can be ended by others only through
        /// `retry`.
        uint32 retryGraceS;
        /// @dev Bounds in seconds on each of an Order's acceptWindowS, runWindowS and reportWindowS.
        uint32 windowMinS;
        uint32 windowMaxS;
        /// @dev Seconds from funding to the latest allowed orderDeadline.
        uint32 orderWindowMaxS;
        /// @dev Greatest attemptsMax of an Order.
        uint8 attemptsMaxMax;
        /// @dev Greatest compensation for one job, token base units.
        uint96 compensationCap;
    }

    /// @notice What is stored of a job.
    struct JobView {
        JobState state; // with FINAL where it is that
        uint96 amount; // in escrow; from ASSIGNED on the price
        uint40 deadline; // of the state
        uint40 deviceIndex; // 0 before ASSIGNED
        uint64 epoch; // 0 before RUNNING
        address consumer;
        address provider; // 0 before ASSIGNED
        uint96 lock; // stake that Accept locked or would lock; meaningful from RUNNING on
        bool retryable; // attempts left, and any offer may be joined
        bool extended; // COMMITTED had its one extension
        bool fraud; // reported as FRAUD
        bool slashed; // and slashed
    }

    /// @notice What a verdict moved. Handed to Settlement.
    struct Outcome {
        address consumer; // 0: the verdict was skipped
        address provider;
        uint96 paid; // gross, before the fee
        uint96 refunded;
        uint96 lock; // to be freed with the bucket; 0 for FRAUD
    }

    /// @notice What a slash is about. Handed to Settlement.
    struct FraudCase {
        address consumer;
        address provider;
        uint96 price;
        uint96 lock;
    }

    error NotGovernor(address got, address want);
    error NotSettlement(address got, address want);
    error NotConsumer(address got, address want);
    error NotMatcher(address got, address want);
    error NotDeviceOwner(address got);
    error ZeroAddress();
    /// @notice `what` names the parameter.
    error ParamOutOfRange(string what, uint256 got, uint256 min, uint256 max);
    error NewJobsArePaused();
    error OrderConsumed(uint64 jobId);
    error UnsupportedLane(uint8 got);
    error UnsupportedUnit(uint8 got);
    error UnsupportedCallback(address got);
    error UnknownGrade(uint8 got);
    /// @notice Neither an offerHash nor a matcher.
    error NobodyMayJoin();
    error WrongAttempts(uint8 got, uint8 max);
    error FeeAboveBound(uint16 got, uint16 max);
    error ZeroAmount();
    error WindowOutOfRange(uint32 got, uint32 min, uint32 max);
    error DeadlineTooFar(uint40 got, uint256 max);
    /// @notice The regular move came after the deadline.
    error DeadlinePassed(uint256 got, uint40 want);
    /// @notice The default move came before its time.
    error DeadlineNotPassed(uint256 got, uint256 want);
    error WrongState(uint64 jobId, JobState got);
    /// @notice Order, attempt or offerHash are not those of the job.
    error WrongBinding(uint64 jobId);
    error WrongConsumerSignature(address consumer);
    error WrongSigner(address got, address want);
    error WrongOffer(bytes32 got, bytes32 want);
    error OfferExpired(uint256 got, uint40 want);
    error OfferWithdrawn(uint64 got, uint64 floor);
    error PriceTooHigh(uint96 got, uint96 max);
    error WrongDeviceClass(bytes32 got, bytes32 want);
    error NoCommonRegion(uint32 offered, uint32 ordered);
    error GradeNotOffered(uint8 grade, uint8 grades);
    error RunWindowNotOffered(uint32 got, uint32 min, uint32 max);
    error OfferVolumeExceeded(uint256 got, uint96 max);
    error DeviceBusy(uint256 got, uint16 max);
    error DeviceNotActive(address device);
    /// @notice The signer is not the job's device.
    error WrongDevice(address signer, uint40 got, uint40 want);
    error WrongSpec(bytes32 got, bytes32 want);
    error WrongJobId(uint64 got, uint64 want);
    error FloorNotRaised(uint64 got, uint64 floor);
    error NoAttemptLeft(uint64 jobId);
    error NotFraud(uint64 jobId);
    error AlreadySlashed(uint64 jobId);

    /// @notice Attempt `attempt` of an Order is paid. deadline = orderDeadline.
    event JobFunded(
        uint64 indexed jobId,
        bytes32 indexed orderHash,
        address indexed consumer,
        uint96 amount,
        uint8 attempt,
        uint40 deadline
    );
    /// @notice An offer was joined. What the amount exceeds the price went back (JobRefunded follows).
    event JobAssigned(
        uint64 indexed jobId,
        bytes32 indexed offerHash,
        address indexed device,
        address provider,
        uint96 price,
        uint40 acceptUntil
    );
    /// @notice The device accepted; `lock` of the provider's stake is locked; committee `epoch` answers for the job.
    event JobAccepted(
        uint64 indexed jobId, address indexed device, uint64 epoch, uint96 lock, uint40 runUntil, bytes32 inputRoot
    );
    /// @notice The provider posted the device's WorkCommit; commitHash is its digest.
    event WorkCommitted(
        uint64 indexed jobId,
        address indexed device,
        bytes32 commitHash,
        bytes32 workRoot,
        bytes32 plaintextRoot,
        bytes32 ciphertextRoot,
        uint40 reportUntil
    );
    /// @notice COMMITTED had its one extension.
    event ReportTimeExtended(uint64 indexed jobId, uint40 reportUntil);
    /// @notice A quorum's verdict was applied. paid is gross. Both amounts are in buckets until challengeUntil.
    event JobReported(
        uint64 indexed jobId, uint8 code, uint96 paid, uint96 refunded, uint40 challengeUntil, bytes32 resultHash
    );
    event VerdictSkipped(uint64 indexed jobId, SkipReason reason);
    /// @notice `amount` went from escrow to the consumer's credit at once; by `retry` straight on into the next attempt,
    /// whose JobFunded follows in the same transaction.
    event JobRefunded(uint64 indexed jobId, address indexed consumer, uint96 amount);
    /// @notice A default happened; `from` is the state that was left.
    event JobExpired(uint64 indexed jobId, JobState from);
    event JobCancelled(uint64 indexed jobId);
    /// @notice The device gave up.
    event JobFailed(uint64 indexed jobId, bytes32 reasonHash);
    /// @notice A running job's time ran out; `taken` left the provider's stake.
    event JobPenalised(uint64 indexed jobId, address indexed provider, uint96 taken);
    event NonceFloorRaised(address indexed device, uint64 floor);
    event NewJobsPaused();
    event NewJobsResumed();

    function vault() external view returns (address);
    function stake() external view returns (address);
    function devices() external view returns (address);
    function committee() external view returns (address);
    function settlement() external view returns (address);
    function governor() external view returns (address);
    function params() external view returns (Params memory);
    function newJobsPaused() external view returns (bool);

    /// @notice EIP-712 digests in this contract's domain.
    function hashOrder(Order calldata order) external view returns (bytes32);
    function hashOffer(Offer calldata offer) external view returns (bytes32);
    function hashAccept(Accept calldata message) external view returns (bytes32);
    function hashWorkCommit(WorkCommit calldata message) external view returns (bytes32);
    function hashFail(Fail calldata message) external view returns (bytes32);
    function jobIdOf(bytes32 orderHash, uint8 attempt) external pure returns (uint64);

    function job(uint64 jobId) external view returns (JobView memory);
    /// @notice Whether the job is that of this Order and this offer (offerHash 0 before an offer is joined).
    function isBoundTo(uint64 jobId, bytes32 orderHash, bytes32 offerHash) external view returns (bool);
    /// @notice Sum of the prices that joined an offer; never falls.
    function volumeUsed(bytes32 offerHash) external view returns (uint96);
    /// @notice Joined and unfinished jobs of a device.
    function activeJobs(address device) external view returns (uint16);
    /// @notice Offers of the device with a smaller nonce are void.
    function nonceFloor(address device) external view returns (uint64);

    /// @notice Pays for an Order. Anyone may submit it; the consumer's signature is what pays.
    /// Effects: FUNDED; amount in escrow. Requirements: new jobs not paused; the Order is unused, in bounds and in
    /// time; lane EIP3009: the token accepts the authorisation whose nonce is the Order's digest; lane PRIOR_BALANCE:
    /// the consumer's signature over the Order (ECDSA or ERC-1271) and enough credit.
    function fund(Order calldata order, Payment calldata payment) external returns (uint64 jobId);

    /// @notice Joins a device's offer to a funded job.
    /// Effects: ASSIGNED until now + acceptWindowS; escrow = price, the rest is the consumer's credit; volume and
    /// concurrency reserved.
    /// Requirements: FUNDED and in time; offerHash the Order's or, where that is 0, the caller its matcher; the
    /// device's signature, registered and active; expiry, nonce floor, price, class, regions, grade, run window, volume
    /// and concurrency fit.
    function join(Order calldata order, uint8 attempt, Offer calldata offer, bytes calldata offerSignature) external;

    /// @notice `fund` and `join` in one.
    function open(Order calldata order, Payment calldata payment, Offer calldata offer, bytes calldata offerSignature)
        external
        returns (uint64 jobId);

    /// @notice Hands in the device's Accept(jobId, orderHash, offerHash, inputRoot). Anyone may submit it.
    /// Effects: RUNNING until now + runWindowS; stake locked; the committee's current epoch recorded.
    /// Requirements: ASSIGNED and in time; signed by the job's device, still active; enough free stake.
    function accept(
        Order calldata order,
        uint8 attempt,
        bytes32 offerHash,
        bytes32 inputRoot,
        bytes calldata deviceSignature
    ) external;

    /// @notice Posts the device's WorkCommit, for when oracles stay silent. Anyone may submit it.
    /// Effects: COMMITTED until now + reportWindowS. Requirements: RUNNING and in time; signed by the job's device; its
    /// specHash is the Order's.
    function postCommit(
        Order calldata order,
        uint8 attempt,
        bytes32 offerHash,
        WorkCommit calldata message,
        bytes calldata deviceSignature
    ) external;

    /// @notice Hands in the device's Fail. Anyone may submit it.
    /// Effects: REFUNDED; lock freed; no penalty. Requirements: RUNNING or COMMITTED and in time; signed by the job's
    /// device.
    function fail(uint64 jobId, bytes32 reasonHash, bytes calldata deviceSignature) external;

    /// @notice Takes a job back. Effects: CANCELLED; refund. Requirements: FUNDED or ASSIGNED and in time; called by
    /// the consumer.
    function cancel(uint64 jobId) external;

    /// @notice Brings about the default of every job named. Anyone. Never paused.
    /// Effects: FUNDED, ASSIGNED → EXPIRED, refund. RUNNING → REFUNDED, penalty. COMMITTED → once extended, then
    /// REFUNDED, lock freed.
    /// Requirements: each past its deadline; a retryable ASSIGNED job also past retryGraceS unless its consumer calls.
    function expire(uint64[] calldata jobIds) external;

    /// @notice Ends an attempt that nobody accepted and opens the next, paid from its refund. Anyone. Never paused.
    /// Effects: as `expire`, then attempt + 1 FUNDED until orderDeadline. Requirements: ASSIGNED, past its deadline,
    /// retryable, now ≤ orderDeadline.
    function retry(Order calldata order, uint8 attempt, bytes32 offerHash) external returns (uint64 nextJobId);

    /// @notice Voids a device's offers with a nonce below `floor`. Only its provider or the device itself.
    function raiseNonceFloor(address device, uint64 floor) external;

    /// @notice Stops `fund` and `open`; no exit is ever paused. Only the governor.
    function pauseNewJobs() external;
    function resumeNewJobs() external;

    /// @notice Applies a report's verdicts (packed, 53 bytes each) and moves what they settle to Settlement's ledger.
    /// Only Settlement.
    /// Effects: REPORTED for each verdict that fits; VerdictSkipped for each that does not. Never reverts because of
    /// one verdict.
    function applyVerdicts(uint64 epoch, bytes calldata verdicts) external returns (Outcome[] memory);

    /// @notice Marks a FRAUD job as slashed, once, after challengeUntil. Only Settlement.
    function takeFraud(uint64 jobId) external returns (FraudCase memory);
}
