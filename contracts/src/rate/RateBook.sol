// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {JobCard, JobState} from "../interfaces/AssayTypes.sol";
import {IJobMarket} from "../interfaces/IJobMarket.sol";
import {IRateBook} from "../interfaces/IRateMarket.sol";
import {ITokenVault} from "../interfaces/ITokenVault.sol";
import {JobWord} from "../job/JobWord.sol";
import {Bps} from "../libraries/Bps.sol";
import {ChallengeWindow} from "../libraries/ChallengeWindow.sol";

/// @title What all moves of a metered job share: parameters, storage, hashes, and reading a job
/// @dev A job's word is a JobWord: its deadline is runUntil, its binding the card's.
abstract contract RateBook is IRateBook {
    using JobWord for uint256;

    struct Funds {
        uint96 funded;
        uint96 paid;
        uint40 startedAt;
        uint24 checkpoints;
    }

    /// @dev Of RATE jobs only.
    struct Held {
        uint96 locked;
        uint40 until; // challengeUntil of the last verdict; resolveUntil while it is disputed
        uint120 shown; // low bits of the last verdict's hash
    }

    struct DeviceSlot {
        uint64 nonceFloor;
        uint32 active;
        uint96 volume;
    }

    uint8 internal constant UNIT_RATE = 1;
    uint8 internal constant UNIT_REQUEST = 2;
    uint256 internal constant SESSION = 1 << 240;
    uint256 internal constant STOPPING = 1 << 241;
    uint64 internal constant METERED = 1 << 63;
    /// @dev Every verdict's part of the lock is rounded up by itself: this many base units more are locked, and so many
    /// checkpoints are taken.
    uint24 internal constant CHECKPOINTS_MAX = 1_000;

    address public immutable vault;
    address public immutable stake;
    address public immutable devices;
    address public immutable committee;
    address public immutable market;
    address public immutable settlement;
    address public immutable feeReceiver;
    address public immutable governor;
    address public immutable guardian;

    uint16 internal immutable FEE_BPS;
    uint32 internal immutable NOTICE_S;
    uint32 internal immutable CLOSE_WINDOW_S;
    uint32 internal immutable CLOSE_WINDOW_MAX_S;
    uint96 internal immutable CLOSE_VALUE;
    uint32 internal immutable WINDOW_MIN_S;
    uint32 internal immutable WINDOW_MAX_S;
    uint32 internal immutable ORDER_WINDOW_MAX_S;

    uint40 public pausedUntil;
    mapping(uint64 jobId => uint256) internal _jobs;
    mapping(uint64 jobId => Funds) internal _funds;
    mapping(uint64 jobId => Held) internal _held;
    mapping(uint40 deviceIndex => DeviceSlot) internal _devices;

    constructor(Wiring memory w, Params memory p) {
        if (
            w.vault == address(0) || w.stake == address(0) || w.devices == address(0) || w.committee == address(0)
                || w.market == address(0) || w.settlement == address(0) || w.feeReceiver == address(0)
                || w.governor == address(0)
        ) revert ZeroAddress();
        _requireInRange("feeBps", p.feeBps, 0, Bps.ONE / 2);
        _requireInRange("noticeS", p.noticeS, 1, type(uint32).max);
        _requireInRange("closeWindowS", p.closeWindowS, 1, p.closeWindowMaxS);
        _requireInRange("closeValue", p.closeValue, 1, type(uint96).max);
        _requireInRange("windowMinS", p.windowMinS, 1, p.windowMaxS);
        _requireInRange("orderWindowMaxS", p.orderWindowMaxS, 1, type(uint32).max);
        vault = w.vault;
        stake = w.stake;
        devices = w.devices;
        committee = w.committee;
        market = w.market;
        settlement = w.settlement;
        feeReceiver = w.feeReceiver;
        governor = w.governor;
        guardian = w.guardian;
        FEE_BPS = p.feeBps;
        NOTICE_S = p.noticeS;
        CLOSE_WINDOW_S = p.closeWindowS;
        CLOSE_WINDOW_MAX_S = p.closeWindowMaxS;
        CLOSE_VALUE = p.closeValue;
        WINDOW_MIN_S = p.windowMinS;
        WINDOW_MAX_S = p.windowMaxS;
        ORDER_WINDOW_MAX_S = p.orderWindowMaxS;
    }

    function _load(uint64 jobId, JobCard calldata card) internal view returns (uint256 word) {
        word = _jobs[jobId];
        if (word == 0) revert WrongState(jobId, JobState.NONE);
        if (word.bindingOf() != _bindingOf(card)) revert WrongBinding(jobId);
    }

    /// @dev JobWord.bindingOf of a card in calldata. Bits above a field's width are cut off here, and refused where the
    /// field is read.
    function _bindingOf(JobCard calldata card) internal pure returns (uint176) {
        uint256 hash;
        assembly ("memory-safe") {
            let free := mload(0x40)
            mstore(free, calldataload(card))
            mstore(add(free, 32), shl(96, calldataload(add(card, 32))))
            mstore(add(free, 52), shl(96, calldataload(add(card, 64))))
            mstore(add(free, 72), shl(216, calldataload(add(card, 96))))
            mstore(add(free, 77), shl(160, calldataload(add(card, 128))))
            hash := keccak256(free, 89)
        }
        return uint176(hash);
    }

    /// @dev Not before the last checkpoint's challenge window is over, or closing would end it.
    function _closesAt(uint64 jobId, uint256 word, uint96 funded) internal view returns (uint256 closesAt) {
        closesAt = uint256(word.deadlineOf())
            + ChallengeWindow.secondsFor(funded, CLOSE_WINDOW_S, CLOSE_WINDOW_MAX_S, CLOSE_VALUE);
        if (word.stateOf() != JobState.CHECKPOINTED) return closesAt;
        uint256 held = _held[jobId].until;
        return held > closesAt ? held : closesAt;
    }

    function _isRunning(uint256 word) internal pure returns (bool) {
        JobState state = word.stateOf();
        return state == JobState.RUNNING || state == JobState.CHECKPOINTED;
    }

    /// @dev As JobMarket's: Settlement computes a dispute's lock from the same number.
    function _lockOf(uint96 amount) internal view returns (uint96) {
        return IJobMarket(market).lockOf(amount);
    }

    function _release(uint40 deviceIndex) internal {
        _devices[deviceIndex].active -= 1;
    }

    /// @dev Last in every caller.
    function _refund(uint64 jobId, address consumer, uint96 amount) internal {
        if (amount == 0) return;
        emit JobRefunded(jobId, consumer, amount);
        ITokenVault(vault).giveCredit(consumer, amount);
    }

    function _requireInRange(string memory what, uint256 got, uint256 min, uint256 max) private pure {
        if (got < min || got > max) revert ParamOutOfRange(what, got, min, max);
    }
}
