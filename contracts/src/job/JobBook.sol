// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {JobCard, JobOutcome, JobState, Order} from "../interfaces/AssayTypes.sol";
import {IDeviceRegistry} from "../interfaces/IDeviceRegistry.sol";
import {IJobBook} from "../interfaces/IJobBook.sol";
import {IStakeManager} from "../interfaces/IStakeManager.sol";
import {ITokenVault} from "../interfaces/ITokenVault.sol";
import {AssayHash} from "../libraries/AssayHash.sol";
import {Bps} from "../libraries/Bps.sol";
import {ChallengeWindow} from "../libraries/ChallengeWindow.sol";
import {JobWord} from "./JobWord.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";

/// @title What all of a job's moves share: parameters, storage, hashes, and reading a job
abstract contract JobBook is IJobBook, EIP712 {
    using JobWord for uint256;

    struct DeviceSlot {
        uint96 volume; // sum of all prices ever joined
        uint64 nonceFloor;
        uint32 active; // joined and unfinished jobs
    }

    struct Wiring {
        address vault;
        address stake;
        address devices;
        address committee;
        address settlement;
        address governor;
        address guardian;
    }

    /// @dev One word, which every new job reads.
    struct Gate {
        uint40 pausedUntil;
        uint24 epoch;
    }

    uint8 internal constant GRADE_MIN = 1;
    uint8 internal constant GRADE_MAX = 5;
    uint8 internal constant UNIT_FIXED = 0;

    address public immutable vault;
    address public immutable stake;
    address public immutable devices;
    address public immutable committee;
    address public immutable settlement;
    address public immutable governor;
    address public immutable guardian;

    uint32 internal immutable LOCK_BPS;
    uint32 internal immutable SLASH_BPS;
    uint32 internal immutable PENALTY_BPS;
    uint16 internal immutable FEE_BPS;
    uint32 internal immutable CHALLENGE_WINDOW_S;
    uint32 internal immutable CHALLENGE_WINDOW_MAX_S;
    uint96 internal immutable CHALLENGE_VALUE;
    uint32 internal immutable BUCKET_S;
    uint32 internal immutable REPORT_EXTENSION_S;
    uint32 internal immutable RETRY_GRACE_S;
    uint32 internal immutable WINDOW_MIN_S;
    uint32 internal immutable WINDOW_MAX_S;
    uint32 internal immutable ORDER_WINDOW_MAX_S;
    uint8 internal immutable ATTEMPTS_MAX_MAX;
    uint96 internal immutable COMPENSATION_CAP;

    /// @dev Epoch 1 is not announced: whoever is wired from the beginning starts with it.
    Gate internal _gate = Gate(0, 1);
    mapping(uint64 jobId => uint256 word) internal _jobs;
    mapping(uint40 deviceIndex => DeviceSlot) internal _devices;

    modifier onlySettlement() {
        if (msg.sender != settlement) revert NotSettlement(msg.sender, settlement);
        _;
    }

    constructor(Wiring memory w, Params memory p) EIP712(AssayHash.NAME, AssayHash.VERSION) {
        if (
            w.vault == address(0) || w.stake == address(0) || w.devices == address(0) || w.committee == address(0)
                || w.settlement == address(0) || w.governor == address(0)
        ) revert ZeroAddress();
        vault = w.vault;
        stake = w.stake;
        devices = w.devices;
        committee = w.committee;
        settlement = w.settlement;
        governor = w.governor;
        guardian = w.guardian;
        _requireInRange("feeBps", p.feeBps, 0, Bps.ONE);
        _requireInRange("slashBps", p.slashBps, p.lockBps, type(uint32).max);
        _requireInRange("challengeWindowS", p.challengeWindowS, 1, p.challengeWindowMaxS);
        _requireInRange("challengeWindowMaxS", p.challengeWindowMaxS, 1, p.bucketS);
        _requireInRange("challengeValue", p.challengeValue, 1, type(uint96).max);
        _requireInRange("reportExtensionS", p.reportExtensionS, 1, type(uint32).max);
        _requireInRange("windowMinS", p.windowMinS, 1, p.windowMaxS);
        _requireInRange("orderWindowMaxS", p.orderWindowMaxS, 1, type(uint32).max);
        _requireInRange("attemptsMaxMax", p.attemptsMaxMax, 1, type(uint8).max);
        LOCK_BPS = p.lockBps;
        SLASH_BPS = p.slashBps;
        PENALTY_BPS = p.penaltyBps;
        FEE_BPS = p.feeBps;
        CHALLENGE_WINDOW_S = p.challengeWindowS;
        CHALLENGE_WINDOW_MAX_S = p.challengeWindowMaxS;
        CHALLENGE_VALUE = p.challengeValue;
        BUCKET_S = p.bucketS;
        REPORT_EXTENSION_S = p.reportExtensionS;
        RETRY_GRACE_S = p.retryGraceS;
        WINDOW_MIN_S = p.windowMinS;
        WINDOW_MAX_S = p.windowMaxS;
        ORDER_WINDOW_MAX_S = p.orderWindowMaxS;
        ATTEMPTS_MAX_MAX = p.attemptsMaxMax;
        COMPENSATION_CAP = p.compensationCap;
    }

    function _hashOrder(Order calldata order) internal view returns (bytes32) {
        return _hashTypedDataV4(AssayHash.hash(order));
    }

    function _lockOf(uint96 price) internal view returns (uint96) {
        return Bps.up(price, LOCK_BPS);
    }

    function _challengeWindowOf(uint96 price) internal view returns (uint32) {
        return ChallengeWindow.secondsFor(price, CHALLENGE_WINDOW_S, CHALLENGE_WINDOW_MAX_S, CHALLENGE_VALUE);
    }

    /// @dev The job of this id; refuses where there is none or the card is not its.
    function _load(uint64 jobId, JobCard memory card) internal view returns (uint256 word) {
        word = _jobs[jobId];
        if (word == 0) revert WrongState(jobId, JobState.NONE);
        if (word.bindingOf() != JobWord.bindingOf(card)) revert WrongBinding(jobId);
    }

    /// @dev The job of this id from REPORTED on; refuses any other state than `want`.
    function _loadReported(uint64 jobId, JobCard memory card, JobOutcome memory outcome, JobState want)
        internal
        view
        returns (uint256 word)
    {
        word = _jobs[jobId];
        _requireState(jobId, word, want);
        if (word.bindingOf() != JobWord.bindingOf(card, outcome)) revert WrongBinding(jobId);
    }

    function _requireState(uint64 jobId, uint256 word, JobState want) internal pure {
        if (word.stateOf() != want) revert WrongState(jobId, word.stateOf());
    }

    function _requireInTime(uint40 deadline) internal view {
        if (block.timestamp > deadline) revert DeadlinePassed(block.timestamp, deadline);
    }

    function _requireInRange(string memory what, uint256 got, uint256 min, uint256 max) private pure {
        if (got < min || got > max) revert ParamOutOfRange(what, got, min, max);
    }

    function _after(uint32 seconds_) internal view returns (uint40) {
        return uint40(block.timestamp) + seconds_;
    }

    /// @dev The device may take another job.
    function _release(uint40 deviceIndex) internal {
        _devices[deviceIndex].active -= 1;
    }

    /// @dev Last in every caller: nothing is written after a call to another contract.
    function _refund(uint64 jobId, address consumer, uint96 amount) internal {
        emit JobRefunded(jobId, consumer, amount);
        ITokenVault(vault).giveCredit(consumer, amount);
    }

    /// @dev A word in use is the record that this Order, over whatever lane, was consumed.
    function _openAttempt(
        uint64 jobId,
        bytes32 orderHash,
        address consumer,
        uint96 amount,
        uint8 attempt,
        uint40 deadline,
        bool retryable
    ) internal {
        if (_jobs[jobId] != 0) revert OrderConsumed(jobId);
        JobCard memory card = JobCard(JobWord.termsOf(orderHash, 0), consumer, address(0), 0, amount);
        _jobs[jobId] =
            JobWord.pack(JobState.FUNDED, retryable ? JobWord.RETRYABLE : 0, deadline, 0, JobWord.bindingOf(card));
        emit JobFunded(jobId, orderHash, consumer, amount, attempt, deadline);
    }

    /// @dev The card must be the job's, and of this Order and offer.
    function _loadBound(uint64 jobId, bytes32 orderHash, bytes32 offerHash, JobCard calldata card)
        internal
        view
        returns (uint256 word)
    {
        word = _load(jobId, card);
        if (card.terms != JobWord.termsOf(orderHash, offerHash)) revert WrongBinding(jobId);
    }

    /// @return active whether the job's device, which the signer must be, is still in service
    function _requireDevice(address signer, uint40 deviceIndex) internal view returns (bool active) {
        uint40 index;
        (, index, active,) = IDeviceRegistry(devices).deviceOf(signer);
        if (index != deviceIndex) revert WrongDevice(signer, index, deviceIndex);
    }

    function _endWithoutPenalty(uint64 jobId, uint256 word, JobCard calldata card) internal {
        _jobs[jobId] = word.withState(JobState.REFUNDED);
        _release(card.deviceIndex);
        IStakeManager(stake).unlock(card.provider, _lockOf(card.amount));
        _refund(jobId, card.consumer, card.amount);
    }

    function _requireExpired(uint256 deadline) internal view {
        if (block.timestamp <= deadline) revert DeadlineNotPassed(block.timestamp, deadline);
    }
}
