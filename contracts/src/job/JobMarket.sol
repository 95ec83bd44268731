// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {JobCard, JobOutcome, JobState, SkipReason} from "../interfaces/AssayTypes.sol";
import {ITokenVault} from "../interfaces/ITokenVault.sol";
import {PackedVerdicts} from "../libraries/PackedVerdicts.sol";
import {JobBook} from "./JobBook.sol";
import {JobExits} from "./JobExits.sol";
import {JobExpiring} from "./JobExpiring.sol";
import {JobOpening} from "./JobOpening.sol";
import {JobWord} from "./JobWord.sol";

/// @title JobMarket: documented on its interface, IJobMarket
contract JobMarket is JobOpening, JobExpiring {
    using JobWord for uint256;

    address private immutable EXITS;

    constructor(
        address vault_,
        address stake_,
        address devices_,
        address committee_,
        address settlement_,
        address governor_,
        address guardian_,
        Params memory params_
    ) JobBook(Wiring(vault_, stake_, devices_, committee_, settlement_, governor_, guardian_), params_) {
        EXITS = address(
            new JobExits(Wiring(vault_, stake_, devices_, committee_, settlement_, governor_, guardian_), params_)
        );
    }

    /// @dev Whatever is not here is there (IJobExits, ISettledMarket, IEpochListener); it never changes.
    // solhint-disable-next-line no-complex-fallback
    fallback() external {
        address exits = EXITS;
        assembly ("memory-safe") {
            let free := mload(0x40)
            calldatacopy(free, 0, calldatasize())
            let done := delegatecall(gas(), exits, free, calldatasize(), 0, 0)
            returndatacopy(free, 0, returndatasize())
            if iszero(done) { revert(free, returndatasize()) }
            return(free, returndatasize())
        }
    }

    function reportVerdicts(uint64 epoch_, bytes calldata verdicts, bytes calldata cards)
        external
        onlySettlement
        returns (uint256 applied, uint256 wrongCards)
    {
        unchecked {
            uint256 count = verdicts.length / PackedVerdicts.SIZE;
            bytes memory buffer = new bytes(160);
            uint256 device = 0;
            uint256 ended = 0; // jobs of `device` not yet subtracted
            for (uint256 i = 0; i < count; ++i) {
                uint256 front = PackedVerdicts.frontAt(verdicts, i);
                uint64 jobId = uint64(front >> 192);
                (uint256 binding, uint256 tail) = _cardAt(cards, i, buffer);
                uint256 word = _jobs[jobId];
                SkipReason reason = _reasonToSkip(word, epoch_, front, binding, uint96(tail));
                if (reason != SkipReason.NONE) {
                    if (reason == SkipReason.WRONG_CARD) wrongCards |= 1 << i;
                    emit VerdictSkipped(jobId, reason);
                    continue;
                }
                applied |= 1 << i;
                _jobs[jobId] = _report(word, verdicts, i, front, uint96(tail), buffer);
                uint256 index = uint40(tail >> 96);
                if (index != device) {
                    _releaseMany(device, ended);
                    (device, ended) = (index, 0);
                }
                ++ended;
            }
            _releaseMany(device, ended);
        }
    }

    function payOut(address account, uint256 amount) external onlySettlement {
        ITokenVault(vault).giveCredit(account, amount);
    }

    function takeFraud(uint64 jobId, JobCard calldata card, JobOutcome calldata outcome) external onlySettlement {
        uint256 word = _loadReported(jobId, card, outcome, JobState.REPORTED);
        if (!word.has(JobWord.FRAUD)) revert NotFraud(jobId);
        if (word.has(JobWord.SLASHED)) revert AlreadySlashed(jobId);
        if (block.timestamp <= word.deadlineOf()) revert DeadlineNotPassed(block.timestamp, word.deadlineOf());
        _jobs[jobId] = word | JobWord.SLASHED;
    }

    /// @dev Leaves the card in the first 89 bytes of `buffer`, for `_report`.
    /// @return binding of the card
    /// @return tail the card's last 32 bytes: … deviceIndex 40 | amount 96
    function _cardAt(bytes calldata cards, uint256 i, bytes memory buffer)
        private
        pure
        returns (uint256 binding, uint256 tail)
    {
        uint256 size = JobWord.CARD_BYTES;
        assembly ("memory-safe") {
            let start := add(cards.offset, mul(i, size))
            let to := add(buffer, 32)
            calldatacopy(to, start, size)
            binding := keccak256(to, size)
            tail := calldataload(add(start, sub(size, 32)))
        }
        binding = uint176(binding);
    }

    /// @return reported the job's new word
    function _report(uint256 word, bytes calldata verdicts, uint256 i, uint256 front, uint96 price, bytes memory buffer)
        private
        returns (uint256 reported)
    {
        uint8 code = uint8(front >> 184);
        uint40 challengeUntil = _after(_challengeWindowOf(price));
        uint256 cardBytes = JobWord.CARD_BYTES;
        uint256 size = PackedVerdicts.SIZE;
        bytes32 resultHash;
        uint256 binding;
        assembly ("memory-safe") {
            // Behind the card: code, paid and result as they are in the verdict, then challengeUntil.
            let verdict := add(verdicts.offset, mul(i, size))
            let to := add(add(buffer, 32), cardBytes)
            resultHash := calldataload(add(verdict, 21))
            calldatacopy(to, add(verdict, 8), 45)
            mstore(add(to, 45), shl(216, challengeUntil))
            binding := keccak256(add(buffer, 32), add(cardBytes, 50))
        }
        reported = JobWord.pack(
            JobState.REPORTED,
            code == PackedVerdicts.FRAUD ? JobWord.FRAUD : 0,
            challengeUntil,
            word.epochOf(),
            uint176(binding)
        );
        emit JobReported(uint64(front >> 192), code, uint96(front >> 88), challengeUntil, resultHash);
    }

    function _reasonToSkip(uint256 word, uint64 epoch_, uint256 front, uint256 binding, uint96 price)
        private
        view
        returns (SkipReason)
    {
        if (word == 0) return SkipReason.UNKNOWN_JOB;
        JobState state = word.stateOf();
        if (state != JobState.RUNNING && state != JobState.COMMITTED) return SkipReason.NOT_REPORTABLE;
        if (word.epochOf() != epoch_) return SkipReason.OTHER_EPOCH;
        if (block.timestamp > word.deadlineOf()) return SkipReason.PAST_DEADLINE;
        uint8 code = uint8(front >> 184);
        if (!PackedVerdicts.isKnownCode(code)) return SkipReason.UNKNOWN_CODE;
        if (word.bindingOf() != binding) return SkipReason.WRONG_CARD;
        if (!PackedVerdicts.isRightAmount(code, uint96(front >> 88), price)) return SkipReason.WRONG_AMOUNT;
        return SkipReason.NONE;
    }

    function _releaseMany(uint256 deviceIndex, uint256 count) private {
        if (count != 0) _devices[uint40(deviceIndex)].active -= uint32(count);
    }
}
