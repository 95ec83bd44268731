// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {JobState, SkipReason} from "./AssayTypes.sol";

/// @title What every part of the JobMarket says: parameters, views, errors and events
interface IJobBook {
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
        /// @dev Least seconds from report to finality; > 0.
        uint32 challengeWindowS;
        /// @dev Most seconds from report to finality.
        uint32 challengeWindowMaxS;
        /// @dev Price in token base units up to which the least window holds; above it the window grows in proportion
        /// to the price, up to the most. > 0.
        uint96 challengeValue;
        /// @dev Grain of finality in seconds; at least challengeWindowMaxS.
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
        uint40 deadline; // of the state
        uint64 epoch; // whose committee reports; 0 before RUNNING
        uint176 binding; // of the card; from REPORTED on of card and outcome
        bool retryable; // attempts left, and any offer may be joined
        bool extended; // COMMITTED had its one extension
        bool fraud; // reported as FRAUD
        bool slashed; // and slashed
    }

    /// @notice Only the governor may do this: propose it to governance.
    error NotGovernor(address got, address want);
    /// @notice Only the Settlement moves jobs by verdicts: bring it the report.
    error NotSettlement(address got, address want);
    /// @notice Only the consumer of the job may do this.
    error NotConsumer(address got, address want);
    /// @notice The Order lets only its matcher `want` join an offer: let it call, or sign an Order for that offer.
    error NotMatcher(address got, address want);
    /// @notice Only the OracleCommittee tells the market of a new epoch.
    error NotCommittee(address got, address want);
    /// @notice Neither the governor nor the guardian.
    error MayNotPause(address got);
    /// @notice The guardian's pauses leave as long a time between them as they last.
    error PausedTooRecently(uint256 got, uint256 want);
    /// @notice An epoch that is not later than the one that new jobs take, or does not fit.
    error WrongEpoch(uint64 got, uint64 want);
    /// @notice Only the device or its provider may raise its floor; a device that was never registered has neither.
    error NotDeviceOwner(address got);
    /// @notice A zero address where an account or contract is wanted.
    error ZeroAddress();
    /// @notice `what` names the parameter.
    error ParamOutOfRange(string what, uint256 got, uint256 min, uint256 max);
    /// @notice The guardian or governance stopped new jobs for some time; running jobs and exits go on. Try again
    /// later.
    error NewJobsArePaused();
    /// @notice This Order opened job `jobId` before: sign a new Order, with another salt.
    error OrderConsumed(uint64 jobId);
    /// @notice No such payment lane here (a batch is paid from prior balances only): choose another.
    error UnsupportedLane(uint8 got);
    /// @notice This market takes offers for a whole job only: bring metered offers to the RateMarket.
    error UnsupportedUnit(uint8 got);
    /// @notice No such verification grade; they count from 1 (attested) to 5 (accepted).
    error UnknownGrade(uint8 got);
    /// @notice Neither an offerHash nor a matcher.
    error NobodyMayJoin();
    /// @notice attemptsMax must be 1 to `max`.
    error WrongAttempts(uint8 got, uint8 max);
    /// @notice The market takes `got`/10,000 of the pay, the Order allows `max`: sign a higher feeBpsMax.
    error FeeAboveBound(uint16 got, uint16 max);
    /// @notice An Order without an amount, or an Offer without a price.
    error ZeroAmount();
    /// @notice One of the Order's windows, in seconds, is outside of the market's bounds.
    error WindowOutOfRange(uint32 got, uint32 min, uint32 max);
    /// @notice The Order's deadline is later than `max` (chain time, seconds): sign an earlier one.
    error DeadlineTooFar(uint40 got, uint256 max);
    /// @notice The regular move came after the deadline.
    error DeadlinePassed(uint256 got, uint40 want);
    /// @notice The default move came before its time.
    error DeadlineNotPassed(uint256 got, uint256 want);
    /// @notice The job is in state `got`, in which this is not done; 0 means that there is no such job.
    error WrongState(uint64 jobId, JobState got);
    /// @notice The card, or card and outcome, are not those of the job, or not of this Order and offer.
    error WrongBinding(uint64 jobId);
    /// @notice The Order is not signed by `consumer`, neither by its key nor, for a contract, by its ERC-1271 answer.
    error WrongConsumerSignature(address consumer);
    /// @notice The signature recovers to `got`: another key signed, or other values, another contract or another chain.
    error WrongSigner(address got, address want);
    /// @notice The Order is for the offer with hash `want`: bring that one.
    error WrongOffer(bytes32 got, bytes32 want);
    /// @notice The Offer held until `want` (chain time, seconds): ask the provider for a new one.
    error OfferExpired(uint256 got, uint40 want);
    /// @notice The device raised its nonce floor above this Offer: ask for a new one.
    error OfferWithdrawn(uint64 got, uint64 floor);
    /// @notice The Offer costs more than the Order's priceMax or than what was paid in for it.
    error PriceTooHigh(uint96 got, uint96 max);
    /// @notice The device is of class `got`: take an offer of the class that the Order names, or correct the Offer.
    error WrongDeviceClass(bytes32 got, bytes32 want);
    /// @notice The Offer is for none of the regions of the Order (bit sets).
    error NoCommonRegion(uint32 offered, uint32 ordered);
    /// @notice The device does not offer this grade; `grades` is the set that it offers.
    error GradeNotOffered(uint8 grade, uint8 grades);
    /// @notice The Order's runWindowS is not within the durations, in seconds, that the Offer takes.
    error RunWindowNotOffered(uint32 got, uint32 min, uint32 max);
    /// @notice The device's cumulative volume would pass the offer's ceiling.
    error OfferVolumeExceeded(uint256 got, uint96 max);
    /// @notice The device would run `got` jobs at once, its Offer allows `max`: wait, or take another device.
    error DeviceBusy(uint256 got, uint16 max);
    /// @notice The device was taken out of service, or never registered.
    error DeviceNotActive(address device);
    /// @notice The signer is not the job's device.
    error WrongDevice(address signer, uint40 got, uint40 want);
    /// @notice The commitment is for another spec than the Order's.
    error WrongSpec(bytes32 got, bytes32 want);
    /// @notice A nonce floor only rises: the new one must be above `floor`.
    error FloorNotRaised(uint64 got, uint64 floor);
    /// @notice All attempts of the Order are used, or it names one offer: let it be refunded.
    error NoAttemptLeft(uint64 jobId);
    /// @notice The last verdict of the job is not FRAUD: there is nothing to slash.
    error NotFraud(uint64 jobId);
    /// @notice The stake for this fraud was taken before.
    error AlreadySlashed(uint64 jobId);
    /// @notice A dispute's deadline must lie after the challenge window.
    error ResolveTooEarly(uint40 got, uint40 challengeUntil);
    /// @notice No verdict of a fixed-price job has this code with this pay.
    error WrongRuling(uint8 code, uint96 paid);

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
        uint40 deviceIndex,
        uint96 price,
        uint40 acceptUntil
    );
    /// @notice JobFunded, JobAssigned and JobAccepted in one, for a first attempt whose device had accepted before. The
    /// committee and the lock are those of JobAccepted: lock = ceil(price·lockBps/10,000).
    event JobOpened(
        uint64 indexed jobId,
        bytes32 indexed orderHash,
        address indexed consumer,
        bytes32 offerHash,
        address device,
        address provider,
        uint40 deviceIndex,
        uint96 price,
        uint64 epoch,
        uint40 runUntil,
        bytes32 inputRoot
    );
    /// @notice `openBatch` left this order out: it was consumed before, is not paid for, or the device has no room.
    event OrderSkipped(uint64 indexed jobId);
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
    /// @notice A quorum's verdict was applied. paid is gross, the rest of the price is the consumer's; both wait in
    /// buckets until challengeUntil.
    event JobReported(uint64 indexed jobId, uint8 code, uint96 paid, uint40 challengeUntil, bytes32 resultHash);
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
    /// @notice No new job before `until` has passed.
    event NewJobsPaused(uint40 until);
    event NewJobsResumed();
    /// @notice New jobs are answered for by this committee.
    event EpochTaken(uint64 epoch);

    function vault() external view returns (address);
    function stake() external view returns (address);
    function devices() external view returns (address);
    function committee() external view returns (address);
    function settlement() external view returns (address);
    function governor() external view returns (address);
    /// @notice May pause beside the governor; 0: nobody.
    function guardian() external view returns (address);
}
