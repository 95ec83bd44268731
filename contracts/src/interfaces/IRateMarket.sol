// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Accept, JobCard, JobState, Offer, Order, Payment, ShownJob, SkipReason} from "./AssayTypes.sol";

/// @notice What a consumer owes so far in one session, signed by him; verifyingContract is the RateMarket.
/// `Voucher(uint64 jobId,address acceptor,uint96 cumulative)`.
struct VoucherClaim {
    uint64 jobId;
    JobCard card; // its provider is the acceptor
    uint96 cumulative; // token base units, since the session's beginning
    bytes signature; // ECDSA, or whatever the consumer's ERC-1271 wallet wants
}

/// @notice What a verdict made of a metered job; shown again in a dispute.
struct RateOutcome {
    uint8 code;
    uint96 paid; // by this verdict
    uint96 price; // what this verdict moved: paid, and what went back
    bytes32 resultHash;
    uint40 challengeUntil;
    bool last; // not a CHECKPOINT
}

/// @title What both interfaces of the RateMarket share
interface IRateBook {
    struct Wiring {
        address vault;
        address stake;
        address devices;
        address committee;
        address market; // the JobMarket, in whose ledger money waits for finality
        address settlement;
        address feeReceiver;
        address governor;
        address guardian; // may be 0
    }

    /// @notice The market's numbers; none ever changes.
    struct Params {
        /// @dev Fee out of a voucher's pay, in 1/10,000, rounded down. Settlement takes its own of verdicts' pay.
        uint16 feeBps;
        /// @dev Seconds from a consumer's stop to its effect; > 0. Longer than it takes to get a voucher on chain.
        uint32 noticeS;
        /// @dev After runUntil, vouchers and verdicts are taken for this long; > 0; grows as ChallengeWindow does.
        uint32 closeWindowS;
        uint32 closeWindowMaxS;
        uint96 closeValue;
        /// @dev Bounds in seconds on a job's time.
        uint32 windowMinS;
        uint32 windowMaxS;
        /// @dev Seconds from opening to the latest allowed orderDeadline.
        uint32 orderWindowMaxS;
    }

    struct RateView {
        JobState state; // RUNNING, CHECKPOINTED, REPORTED, DISPUTED, FINAL or REFUNDED
        bool session;
        bool stopping;
        uint40 startedAt;
        uint40 runUntil;
        uint40 closesAt; // from after it, anyone may close
        uint64 epoch;
        uint96 funded; // all that ever came in, less what went back
        uint96 paid; // by vouchers and verdicts
        uint96 locked; // stake still locked by this job
    }

    /// @notice Only the governor.
    error NotGovernor(address got, address want);
    /// @notice Only the Settlement.
    error NotSettlement(address got, address want);
    /// @notice Neither the governor nor the guardian.
    error MayNotPause(address got);
    /// @notice The Order names another matcher.
    error NotMatcher(address got, address want);
    /// @notice Neither the job's consumer nor its provider.
    error NotParty(address got);
    /// @notice Neither the device nor its provider.
    error NotDeviceOwner(address got);
    /// @notice A zero address where an account or contract is wanted.
    error ZeroAddress();
    /// @notice An amount or price of nothing.
    error ZeroAmount();
    /// @notice `what` names the parameter.
    error ParamOutOfRange(string what, uint256 got, uint256 min, uint256 max);
    /// @notice No new jobs while paused; exits work.
    error NewJobsArePaused();
    /// @notice The guardian's pauses leave as long a time between them as they last.
    error PausedTooRecently(uint256 got, uint256 want);
    /// @notice This Order opened a job before.
    error OrderConsumed(uint64 jobId);
    /// @notice No such payment lane.
    error UnsupportedLane(uint8 got);
    /// @notice The Offer is not by the second or by the request.
    error UnsupportedUnit(uint8 got);
    /// @notice Metered jobs call nobody back.
    error UnsupportedCallback(address got);
    /// @notice The Order names neither an offer nor a matcher.
    error NobodyMayJoin();
    /// @notice The fee is above what the Order allows.
    error FeeAboveBound(uint16 got, uint16 max);
    /// @notice The Order's deadline lies too far ahead.
    error DeadlineTooFar(uint40 got, uint256 max);
    /// @notice The regular move came after its deadline.
    error DeadlinePassed(uint256 got, uint256 want);
    /// @notice The default move came before its time.
    error DeadlineNotPassed(uint256 got, uint256 want);
    /// @notice The job is in another state, or there is none.
    error WrongState(uint64 jobId, JobState got);
    /// @notice The card, or the outcome, is not the job's.
    error WrongBinding(uint64 jobId);
    /// @notice Not signed by the consumer.
    error WrongConsumerSignature(address consumer);
    /// @notice The Accept is not signed by the offer's device.
    error WrongSigner(address got, address want);
    /// @notice The Order names another offer.
    error WrongOffer(bytes32 got, bytes32 want);
    /// @notice The offer ran out.
    error OfferExpired(uint256 got, uint40 want);
    /// @notice The offer's nonce is below the device's floor.
    error OfferWithdrawn(uint64 got, uint64 floor);
    /// @notice The price is above the Order's bound or its amount.
    error PriceTooHigh(uint96 got, uint96 max);
    /// @notice The device is of another class.
    error WrongDeviceClass(bytes32 got, bytes32 want);
    /// @notice Order and offer have no region in common.
    error NoCommonRegion(uint32 offered, uint32 ordered);
    /// @notice The offer is not for this grade.
    error GradeNotOffered(uint8 grade, uint8 grades);
    /// @notice The job's time, in seconds, is not one that the offer or the market takes.
    error DurationOutOfRange(uint256 got, uint256 min, uint256 max);
    /// @notice The device's cumulative escrow would pass the offer's ceiling.
    error OfferVolumeExceeded(uint256 got, uint96 max);
    /// @notice The device would run more jobs than the offer allows.
    error DeviceBusy(uint256 got, uint16 max);
    /// @notice The device is out of service.
    error DeviceNotActive(address device);
    /// @notice A nonce floor only rises.
    error FloorNotRaised(uint64 got, uint64 floor);
    /// @notice Nothing of a voucher can be paid: another card, signature or acceptor than the job's, no more than was
    /// paid before, or the job is over.
    error NothingToClaim(uint64 jobId, uint96 got, uint96 paid);
    /// @notice The job was stopped before.
    error AlreadyStopping(uint64 jobId);
    /// @notice The top-up was signed for another amount of funds.
    error WrongFunded(uint96 got, uint96 want);
    /// @notice The last verdict is no fraud.
    error NotFraud(uint64 jobId);
    /// @notice This fraud's lock was taken before.
    error AlreadySlashed(uint64 jobId);
    /// @notice No verdict has this code with this pay.
    error WrongRuling(uint8 code, uint96 paid);
    /// @notice What is shown has another length than id, card and outcome.
    error WrongShownBytes(uint256 got, uint256 want);
    /// @notice A dispute's deadline must lie after the challenge window.
    error ResolveTooEarly(uint40 got, uint40 challengeUntil);

    /// @notice A job runs. `price` per unit; `lock` of the provider's stake is locked.
    event RateJobOpened(
        uint64 indexed jobId,
        bytes32 indexed orderHash,
        address indexed consumer,
        bytes32 offerHash,
        address device,
        address provider,
        uint40 deviceIndex,
        uint8 unit,
        uint96 price,
        uint96 funded,
        uint96 lock,
        uint64 epoch,
        uint40 runUntil,
        bytes32 inputRoot
    );
    event ToppedUp(uint64 indexed jobId, uint96 amount, uint96 funded, uint40 runUntil);
    /// @notice `paid` is cumulative; amount = what went to the provider + fee.
    event VoucherPaid(uint64 indexed jobId, address indexed acceptor, uint96 amount, uint96 fee, uint96 paid);
    /// @notice In a batch: wrong card, wrong signature, over, or nothing more.
    event VoucherSkipped(uint64 indexed jobId);
    event JobStopping(uint64 indexed jobId, address indexed by, uint40 runUntil);
    event RateVerdict(
        uint64 indexed jobId,
        uint8 code,
        uint96 paid,
        uint96 refunded,
        uint40 challengeUntil,
        bytes32 resultHash,
        uint96 cumulative
    );
    event VerdictSkipped(uint64 indexed jobId, SkipReason reason);
    event RateJobClosed(uint64 indexed jobId, uint96 paid);
    event JobRefunded(uint64 indexed jobId, address indexed consumer, uint96 amount);
    /// @notice A checkpoint was found to be a fraud: beside its own part, which Settlement slashes, the rest of the lock
    /// was taken, half burned, half insurance's.
    event RateJobSlashed(uint64 indexed jobId, address indexed provider, uint96 taken);
    event NonceFloorRaised(address indexed device, uint64 floor);
    event NewJobsPaused(uint40 until);
    event NewJobsResumed();

    function vault() external view returns (address);
    function stake() external view returns (address);
    function devices() external view returns (address);
    function committee() external view returns (address);
    function market() external view returns (address);
    function settlement() external view returns (address);
    function feeReceiver() external view returns (address);
    function governor() external view returns (address);
    function guardian() external view returns (address);
    function pausedUntil() external view returns (uint40);
}

/// @title The RateMarket's way in, vouchers and views
interface IRateEntry is IRateBook {
    function params() external view returns (Params memory);

    function hashOrder(Order calldata order) external view returns (bytes32);
    function hashOffer(Offer calldata offer) external view returns (bytes32);
    function hashAccept(Accept calldata message) external view returns (bytes32);
    function hashVoucher(uint64 jobId, address acceptor, uint96 cumulative) external view returns (bytes32);
    /// @notice Digest of `TopUp(uint64 jobId,uint96 funded,uint96 amount)`; funded as it was before.
    function hashTopUp(uint64 jobId, uint96 funded, uint96 amount) external view returns (bytes32);
    function jobIdOf(bytes32 orderHash) external pure returns (uint64);
    function job(uint64 jobId) external view returns (RateView memory);
    function isBoundTo(uint64 jobId, JobCard calldata card) external view returns (bool);
    /// @notice A device here: offers below the floor are void; unfinished jobs; sum of all escrows so far.
    function deviceOf(address device) external view returns (uint64 nonceFloor, uint32 active, uint96 volume);

    /// @notice Pays for an Order and begins it, with the device's Accept. Anyone, or only Order.matcher where the Order
    /// names no offer.
    /// Effects: RUNNING; Order.amount in escrow, all of it. Requirements: as JobMarket.open, but for unit, callback (must
    /// be 0) and the windows not read here (accept, report); price ≤ amount; RATE: amount / price within the offer's
    /// durations and enough free stake; REQUEST: runWindowS is.
    function open(
        Order calldata order,
        Payment calldata payment,
        Offer calldata offer,
        bytes32 inputRoot,
        bytes calldata acceptSignature
    ) external returns (uint64 jobId);

    /// @notice Adds `amount` to a running job. In every lane the TopUp stands where `open` has the Order (in lane
    /// PERMIT2, whose witness is an Order, there is none). `funded` is what the job shows now: no top-up happens twice.
    function topUp(
        uint64 jobId,
        JobCard calldata card,
        uint96 funded,
        uint96 amount,
        uint8 lane,
        Payment calldata payment
    ) external;

    /// @notice Hands in one voucher. Anyone; the provider is paid, at once, at most what is in escrow.
    function claim(VoucherClaim calldata voucher) external;

    /// @notice Hands in many; what cannot be paid is skipped.
    function claimBatch(VoucherClaim[] calldata vouchers) external returns (uint256 paid);
}

/// @title The RateMarket's ways out, and its switches
interface IRateExits is IRateBook {
    /// @notice Ends a job's time: noticeS from now for the consumer, now for the provider. What was earned stays
    /// claimable until closesAt.
    function stop(uint64 jobId, JobCard calldata card) external;

    /// @notice The default after closesAt, by anyone; the provider of a session may at any time.
    /// Effects: REFUNDED: the rest goes to the consumer's credit, the lock is freed. Never paused.
    function close(ShownJob[] calldata jobs) external;

    function raiseNonceFloor(address device, uint64 floor) external;

    /// @notice Stops `open` for seven days; only the governor or, not twice in a row, the guardian.
    function pauseNewJobs() external;
    function resumeNewJobs() external;
}

/// @title Jobs that are paid by the unit: by the second (RATE), or by the request (sessions)
/// @notice A job is one Order, joined with one Offer of unit 1 (RATE, price per second) or 2 (REQUEST, price per
/// request), and opened in one transaction with the device's Accept: there is no state before RUNNING. Its id has bit 63.
/// The escrow is *funded − paid*; it is one provider's, the *acceptor's*, until the job is over: no other session, no
/// withdrawal of the consumer touches it.
///
/// How money leaves the escrow: by the consumer's *voucher* (cumulative; anybody may hand it in, the provider is paid at
/// once), by the committee's *verdicts* (RATE only; CHECKPOINT pays up to its cumulativePaid, any other code ends the
/// job; both wait for finality in Settlement's buckets and can be disputed), and back to the consumer at the end.
///
/// A RATE job runs until its money ends: runUntil = start + funded / price, more with each top-up. A session runs for
/// Order.runWindowS. The consumer may stop either, with a notice of noticeS; the provider at once. After runUntil there
/// is a window for vouchers and verdicts, which grows with the money; then anyone closes the job and the rest goes back.
///
/// A RATE job locks stake as a fixed-price one does, for its whole escrow; a session locks none, as nothing is paid but
/// on the consumer's word.
///
/// JobCard here: `amount` is the price of one unit; `terms`, consumer, provider and deviceIndex are as in JobMarket.
///
/// Constructor: `RateMarket(Wiring wiring, Params params)`.
interface IRateMarket is IRateEntry, IRateExits {}
