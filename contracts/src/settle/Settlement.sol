// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {JobCard, JobOutcome, Report} from "../interfaces/AssayTypes.sol";
import {DisputedJob} from "../interfaces/IDisputable.sol";
import {IJobMarket} from "../interfaces/IJobMarket.sol";
import {IOracleCommittee} from "../interfaces/IOracleCommittee.sol";
import {IMeteredMarket} from "../interfaces/ISettledMarket.sol";
import {AssayHash} from "../libraries/AssayHash.sol";
import {Bps} from "../libraries/Bps.sol";
import {PackedVerdicts} from "../libraries/PackedVerdicts.sol";
import {ReportWords} from "../libraries/SignedWords.sol";
import {Disputes} from "./Disputes.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";

/// @title Settlement: documented on its interface, ISettlement
contract Settlement is Disputes, EIP712 {
    using ReportWords for Report;

    uint256 private constant VERDICTS_MAX = 256;
    uint256 private constant CARD_BYTES = 89;
    uint256 private constant METERED_BIT = 1 << 255; // bit 63 of the jobId, in front of a verdict

    /// @dev Pay of one provider in one bucket, kept while verdicts for it follow each other; and all fees, which go to
    /// one of two buckets.
    struct Tally {
        address provider;
        uint256 index;
        uint256 pay;
        uint256 lock;
        uint256 firstIndex;
        uint256 firstFees;
        uint256 secondFees;
    }

    address public immutable committee;

    constructor(
        address stake_,
        address market_,
        address committee_,
        address feeReceiver_,
        address meteredMarket_,
        address court_
    ) EIP712(AssayHash.NAME, AssayHash.VERSION) Disputes(stake_, market_, feeReceiver_, meteredMarket_, court_) {
        if (committee_ == address(0)) revert ZeroAddress();
        committee = committee_;
    }

    function settle(
        Report calldata report,
        bytes calldata verdicts,
        bytes calldata cards,
        uint256 bitmask,
        bytes calldata signatures
    ) external {
        uint256 count = _requireSound(report, verdicts, cards);
        bytes32 digest = hashReport(report);
        uint64 epoch = report.epoch;
        uint64 seq = report.seq;
        IOracleCommittee(committee).approveReport(epoch, seq, digest, bitmask, signatures);
        uint256 wrongCards;
        unchecked {
            wrongCards =
                cards.length != 0 ? _apply(epoch, count, verdicts, cards) : type(uint256).max >> (VERDICTS_MAX - count); // none was shown
        }
        if (wrongCards == 0) {
            emit ReportAccepted(epoch, seq, digest, report.evidenceRoot, uint16(count));
        } else {
            emit ReportIncomplete(epoch, seq, digest, wrongCards);
        }
    }

    function slash(uint64 jobId, JobCard calldata card, JobOutcome calldata outcome) external {
        IJobMarket(market).takeFraud(jobId, card, outcome);
        _slash(jobId, card.provider, card.consumer, card.amount, address(0), 0);
    }

    function slashMetered(bytes calldata shown) external {
        if (meteredMarket == address(0)) revert NoMeteredMarket(0);
        DisputedJob memory job = IMeteredMarket(meteredMarket).takeFraud(shown);
        _slash(job.jobId, job.provider, job.consumer, job.price, address(0), 0);
    }

    function hashReport(Report calldata report) public view returns (bytes32) {
        return _hashTypedDataV4(AssayHash.hash(report));
    }

    function _apply(uint64 epoch, uint256 count, bytes calldata verdicts, bytes calldata cards)
        private
        returns (uint256 wrongCards)
    {
        uint256 split = _meteredFrom(verdicts, count);
        if (split > 0) wrongCards = _settleFixed(epoch, verdicts, cards, split);
        if (split < count) wrongCards |= _settleMetered(epoch, verdicts, cards, split) << split;
    }

    function _settleFixed(uint64 epoch, bytes calldata verdicts, bytes calldata cards, uint256 count)
        private
        returns (uint256 wrongCards)
    {
        verdicts = verdicts[:count * PackedVerdicts.SIZE];
        cards = cards[:count * CARD_BYTES];
        uint256 applied;
        (applied, wrongCards) = IJobMarket(market).reportVerdicts(epoch, verdicts, cards);
        Tally memory tally;
        tally.firstIndex = _indexAfter(0);
        unchecked {
            for (uint256 i = 0; i < count; ++i) {
                if ((applied >> i) & 1 != 0) _tally(tally, verdicts, cards, i);
            }
        }
        _closeTally(tally);
    }

    function _settleMetered(uint64 epoch, bytes calldata verdicts, bytes calldata cards, uint256 split)
        private
        returns (uint256 wrongCards)
    {
        if (meteredMarket == address(0)) revert NoMeteredMarket(PackedVerdicts.jobIdAt(verdicts, split));
        IMeteredMarket.Moved[] memory moved;
        (moved, wrongCards) = IMeteredMarket(meteredMarket)
            .reportVerdicts(epoch, verdicts[split * PackedVerdicts.SIZE:], cards[split * CARD_BYTES:]);
        Tally memory tally;
        tally.firstIndex = _indexAfter(0);
        for (uint256 i = 0; i < moved.length; ++i) {
            IMeteredMarket.Moved memory one = moved[i];
            _count(tally, one.provider, one.consumer, one.paid, one.refunded, one.lock, one.value);
        }
        _closeTally(tally);
    }

    function _tally(Tally memory tally, bytes calldata verdicts, bytes calldata cards, uint256 i) private {
        uint256 front = PackedVerdicts.frontAt(verdicts, i);
        address consumer;
        address provider;
        uint256 price;
        assembly ("memory-safe") {
            let card := add(cards.offset, mul(i, CARD_BYTES))
            consumer := shr(96, calldataload(add(card, 32)))
            provider := shr(96, calldataload(add(card, 52)))
            price := and(calldataload(add(card, 57)), 0xffffffffffffffffffffffff)
        }
        uint256 paid = uint96(front >> 88);
        unchecked {
            // As Bps.up, whose bounds Accept has checked.
            uint256 lock = uint8(front >> 184) == PackedVerdicts.FRAUD ? 0 : (price * LOCK_BPS + Bps.ONE - 1) / Bps.ONE;
            _count(tally, provider, consumer, paid, price - paid, lock, price); // the market let no more be paid
        }
    }

    function _count(
        Tally memory tally,
        address provider,
        address consumer,
        uint256 paid,
        uint256 refunded,
        uint256 lock,
        uint256 value
    ) private {
        unchecked {
            uint256 index = _indexAfter(_windowOf(value));
            uint256 fee = paid * feeBps / Bps.ONE;
            if (index == tally.firstIndex) tally.firstFees += fee;
            else tally.secondFees += fee;
            if (provider != tally.provider || index != tally.index) {
                _flush(tally);
                (tally.provider, tally.index) = (provider, index);
            }
            tally.pay += paid - fee;
            tally.lock += lock;
            if (refunded > 0) _add(consumer, index, refunded, 0);
        }
    }

    function _flush(Tally memory tally) private {
        if (tally.pay > 0 || tally.lock > 0) _add(tally.provider, tally.index, tally.pay, tally.lock);
        (tally.pay, tally.lock) = (0, 0);
    }

    function _closeTally(Tally memory tally) private {
        _flush(tally);
        if (tally.firstFees > 0) _add(feeReceiver, tally.firstIndex, tally.firstFees, 0);
        if (tally.secondFees > 0) _add(feeReceiver, tally.firstIndex + 1, tally.secondFees, 0);
    }

    /// @dev The committee's order is by job id, so metered ones come last; whoever breaks it gets skipped verdicts.
    function _meteredFrom(bytes calldata verdicts, uint256 count) private pure returns (uint256 split) {
        split = count;
        while (split > 0 && PackedVerdicts.frontAt(verdicts, split - 1) & METERED_BIT != 0) --split;
    }

    /// @dev Reads whole words (ReportWords): what does not fit its field has a hash that no quorum signs, and epoch and
    /// seq are read as what they are.
    /// @return count of verdicts
    function _requireSound(Report calldata report, bytes calldata verdicts, bytes calldata cards)
        private
        view
        returns (uint256 count)
    {
        uint256 observedAt = report.word(ReportWords.OBSERVED_AT);
        uint256 validUntil = report.word(ReportWords.VALID_UNTIL);
        if (observedAt > block.timestamp) revert ReportFromTheFuture(uint40(observedAt), block.timestamp);
        if (block.timestamp > validUntil) revert ReportExpired(block.timestamp, uint40(validUntil));
        count = report.word(ReportWords.COUNT);
        unchecked {
            if (count - 1 >= VERDICTS_MAX) revert WrongVerdictCount(count);
            uint256 length = count * PackedVerdicts.SIZE;
            if (verdicts.length != length) revert WrongVerdictsLength(verdicts.length, length);
            length = count * CARD_BYTES;
            if (cards.length != length && cards.length != 0) revert WrongCardsLength(cards.length, length);
        }
        bytes32 verdictsHash = PackedVerdicts.hash(verdicts);
        if (verdictsHash != report.verdictsHash) revert WrongVerdictsHash(verdictsHash, report.verdictsHash);
    }
}
