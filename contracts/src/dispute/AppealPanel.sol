// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {JobState} from "../interfaces/AssayTypes.sol";
import {DisputedJob, IDisputable} from "../interfaces/IDisputable.sol";
import {IOracleCommittee} from "../interfaces/IOracleCommittee.sol";
import {IPanelDraw, Panel} from "../interfaces/IPanelDraw.sol";
import {ITokenVault} from "../interfaces/ITokenVault.sol";
import {PackedVerdicts} from "../libraries/PackedVerdicts.sol";
import {OpeningDemands} from "./OpeningDemands.sol";
import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

/// @title Way (b): a panel verifies again and votes
abstract contract AppealPanel is OpeningDemands {
    uint256 private constant MEMBERS_MAX = 31;
    uint256 private constant NOTE_BYTES_MAX = 512;
    uint256 private constant SIGNATURE_BYTES = 65;
    bytes32 private constant VOTE_TYPEHASH =
        keccak256("PanelVote(uint64 jobId,uint32 number,uint8 code,uint96 paid,bytes32 reasonHash)");

    struct Seat {
        uint96 deposit;
        uint40 answersUntil; // of one who was a member: no case that he may have to answer for ends later
        uint32 generation; // the last one that he was named in
    }

    uint32 public generation;
    mapping(uint32 generation => address[]) private _panels;
    mapping(address member => Seat) private _seats;
    /// @dev Members, as bits, who voted for a ruling in a case.
    mapping(bytes32 caseAndRuling => uint32) private _votesFor;

    function panelOf(uint32 generation_) external view returns (address[] memory) {
        return _panels[generation_];
    }

    function depositOf(address member) external view returns (uint96) {
        return _seats[member].deposit;
    }

    function caseOf(uint64 jobId) external view returns (Case memory) {
        return _cases[jobId];
    }

    function panelFor(uint64 epoch) external view returns (uint256 eligible, uint256 quorum) {
        (, eligible, quorum) = _panelFor(generation, epoch);
    }

    function hashVote(uint64 jobId, uint32 number, uint8 code, uint96 paid, bytes32 reasonHash)
        public
        view
        returns (bytes32)
    {
        return _hashTypedDataV4(keccak256(abi.encode(VOTE_TYPEHASH, jobId, number, code, paid, reasonHash)));
    }

    function challenge(bytes calldata shown, bytes calldata note) external returns (uint32 number) {
        if (note.length > NOTE_BYTES_MAX) revert NoteTooLong(note.length, NOTE_BYTES_MAX);
        DisputedJob memory found = _enter(shown);
        Case storage last = _cases[found.jobId];
        if (last.open) revert CaseOpen(found.jobId);
        uint96 bond = _challengeBond(found.price);
        number = last.number + 1;
        uint40 voteUntil = uint40(block.timestamp) + _params.voteWindowS;
        Panel panel = panelDraw == address(0) ? Panel.NAMED : IPanelDraw(panelDraw).summon(shown, msg.sender);
        _cases[found.jobId] = Case(msg.sender, bond, voteUntil, number, generation, 0, 0, true, panel);
        emit VerdictChallenged(found.jobId, number, msg.sender, bond, generation, voteUntil, note);
        _takeBond(msg.sender, bond);
        if (panel == Panel.NAMED) {
            (uint256 eligible, uint256 quorum) = _sitNamed(last, found.epoch);
            if (eligible < quorum) revert NoPanel(eligible, quorum);
        }
    }

    function drawPanel(bytes calldata shown, bytes calldata header) external {
        DisputedJob memory found = IDisputable(settlement).disputedJob(shown);
        Case storage open = _openCase(found);
        uint40 until = _drawUntil(open);
        if (block.timestamp > until) revert DeadlinePassed(block.timestamp, until);
        open.panel = IPanelDraw(panelDraw).draw(shown, header);
        if (open.panel == Panel.DRAWN) return;
        (uint256 eligible, uint256 quorum) = _sitNamed(open, found.epoch);
        // Nobody can decide: over at once, and nobody was silent.
        if (eligible < quorum) (open.generation, open.voteUntil) = (0, uint40(block.timestamp) - 1);
    }

    function vote(
        bytes calldata shown,
        uint8 code,
        uint96 paid,
        bytes32 reasonHash,
        uint256 bitmask,
        bytes calldata signatures
    ) external {
        DisputedJob memory found = IDisputable(settlement).disputedJob(shown);
        Case storage open = _openCase(found);
        if (block.timestamp > open.voteUntil) revert DeadlinePassed(block.timestamp, open.voteUntil);
        _requireAllowed(found, code, paid);
        address[] memory members = _membersOf(found.jobId, open);
        uint256 votes = _count(found.jobId, open, members, code, paid, reasonHash, bitmask, signatures);
        if (votes < _quorumOf(members.length)) return;
        uint32 number = open.number;
        if (code != found.code || paid != found.paid) {
            emit VerdictOverturned(found.jobId, number, code, paid);
            _overturn(shown, found, code, paid, open.challenger);
            return;
        }
        open.open = false;
        emit VerdictUpheld(found.jobId, number);
        _forfeitTo(found, open);
        _leaveIfUndoubted(shown, found);
    }

    function closeCase(bytes calldata shown) external {
        DisputedJob memory found = IDisputable(settlement).disputedJob(shown);
        Case storage open = _cases[found.jobId];
        if (!open.open) revert NoCaseOpen(found.jobId);
        bool awaited = open.panel == Panel.AWAITED;
        uint40 until = awaited ? _drawUntil(open) : open.voteUntil;
        if (block.timestamp <= until) revert DeadlineNotPassed(block.timestamp, until);
        open.open = false;
        emit PanelSilent(found.jobId, open.number);
        if (awaited) {
            _forfeitTo(found, open);
        } else {
            _penaliseSilent(found.jobId, open);
            _giveBack(found.jobId, open.challenger, open.bond);
        }
        // Where the settlement's own default came first, only the bond and the penalty were left.
        if (found.state == JobState.DISPUTED) _leaveIfUndoubted(shown, found);
    }

    function namePanel(address[] calldata members) external {
        if (msg.sender != governor) revert NotGovernor(msg.sender, governor);
        _namePanel(members);
    }

    function takeSeat(uint96 amount) external {
        Seat storage seat = _seats[msg.sender];
        seat.deposit += amount;
        emit Seated(msg.sender, amount, seat.deposit);
        ITokenVault(vault).takeCredit(msg.sender, amount);
    }

    function leaveSeat() external {
        Seat storage seat = _seats[msg.sender];
        uint96 amount = seat.deposit;
        if (amount == 0) revert NothingDeposited(msg.sender);
        uint256 until = seat.generation != 0 && seat.generation == generation ? type(uint256).max : seat.answersUntil;
        if (block.timestamp <= until) revert StillAnswerable(msg.sender, block.timestamp, until);
        seat.deposit = 0;
        emit Unseated(msg.sender, amount);
        ITokenVault(vault).giveCredit(msg.sender, amount);
    }

    function _namePanel(address[] memory members) internal {
        if (members.length > MEMBERS_MAX) revert WrongPanelSize(members.length, MEMBERS_MAX);
        _dismiss();
        uint32 next = ++generation;
        for (uint256 k = 0; k < members.length; ++k) {
            Seat storage seat = _seats[members[k]];
            if (seat.generation == next) revert RepeatedMember(members[k]);
            seat.generation = next;
        }
        _panels[next] = members;
        emit PanelNamed(next, members);
    }

    function _sitNamed(Case storage open, uint64 epoch) private returns (uint256 eligible, uint256 quorum) {
        (open.excluded, eligible, quorum) = _panelFor(open.generation, epoch);
    }

    function _forfeitTo(DisputedJob memory found, Case storage open) private {
        _forfeit(found.jobId, open.challenger, open.bond, _pays(found.code) ? found.provider : found.consumer);
    }

    /// @dev Every case of theirs ends within the voting window from now, and is closed within the grace.
    function _dismiss() private {
        address[] storage members = _panels[generation];
        Params storage p = _params;
        uint40 until = uint40(block.timestamp) + p.voteWindowS + p.graceS;
        for (uint256 k = 0; k < members.length; ++k) {
            _seats[members[k]].answersUntil = until;
        }
    }

    function _count(
        uint64 jobId,
        Case storage open,
        address[] memory members,
        uint8 code,
        uint96 paid,
        bytes32 reasonHash,
        uint256 bitmask,
        bytes calldata signatures
    ) private returns (uint256 votes) {
        uint32 number = open.number;
        bytes32 digest = hashVote(jobId, number, code, paid, reasonHash);
        if (bitmask >> members.length != 0) revert NotMember(bitmask, members.length);
        uint256 used = 0;
        for (uint256 k = 0; k < members.length; ++k) {
            if ((bitmask >> k) & 1 == 0) continue;
            address member = members[k];
            if ((open.excluded >> k) & 1 != 0) revert MemberOfTheCommittee(member);
            if ((open.voted >> k) & 1 != 0) revert AlreadyVoted(member);
            _requireSeated(member, open.panel);
            uint256 from = used;
            unchecked {
                used += SIGNATURE_BYTES; // of 31 members at most
            }
            if (used > signatures.length) revert WrongSignatureLength(signatures.length, used);
            address signer = ECDSA.recoverCalldata(digest, signatures[from:used]);
            if (signer != member) revert WrongSigner(k, signer, member);
            emit PanelVoted(jobId, number, member, code, paid, reasonHash);
        }
        if (signatures.length != used) revert WrongSignatureLength(signatures.length, used);
        open.voted |= uint32(bitmask); // each was new
        bytes32 key = keccak256(abi.encode(jobId, number, code, paid));
        uint32 allFor = _votesFor[key] | uint32(bitmask);
        _votesFor[key] = allFor;
        return _countBits(allFor);
    }

    function _penaliseSilent(uint64 jobId, Case storage open) private {
        uint96 penalty = _params.panelPenalty;
        uint256 spared = uint256(open.voted) | open.excluded;
        if (open.panel == Panel.DRAWN) {
            IPanelDraw(panelDraw).penalise(jobId, spared, penalty);
            return;
        }
        address[] storage members = _panels[open.generation];
        uint256 burned = 0;
        for (uint256 k = 0; k < members.length; ++k) {
            if ((spared >> k) & 1 != 0) continue;
            Seat storage seat = _seats[members[k]];
            uint96 taken = uint96(Math.min(seat.deposit, penalty));
            if (taken == 0) continue;
            seat.deposit -= taken;
            burned += taken;
            emit MemberPenalised(members[k], taken);
        }
        if (burned > 0) ITokenVault(vault).burn(burned);
    }

    function _openCase(DisputedJob memory found) private view returns (Case storage open) {
        open = _cases[found.jobId];
        if (!open.open) revert NoCaseOpen(found.jobId);
        if (found.state != JobState.DISPUTED) revert NotDisputable(found.jobId);
    }

    /// @dev Who sits in the job's own committee does not judge it again.
    function _panelFor(uint32 generation_, uint64 epoch)
        private
        view
        returns (uint32 excluded, uint256 eligible, uint256 quorum)
    {
        address[] storage members = _panels[generation_];
        uint96 deposit = _params.panelDeposit;
        for (uint256 k = 0; k < members.length; ++k) {
            address member = members[k];
            if (IOracleCommittee(committee).isSeated(epoch, member)) excluded |= uint32(1 << k);
            else if (_seats[member].deposit >= deposit) ++eligible;
        }
        quorum = _quorumOf(members.length);
    }

    function _membersOf(uint64 jobId, Case storage open) private view returns (address[] memory) {
        if (open.panel == Panel.AWAITED) revert AwaitsPanel(jobId);
        return open.panel == Panel.DRAWN ? IPanelDraw(panelDraw).membersOf(jobId) : _panels[open.generation];
    }

    /// @dev A drawn panel has half of the time at least.
    function _drawUntil(Case storage open) private view returns (uint40) {
        return open.voteUntil - _params.voteWindowS / 2;
    }

    /// @dev A named member's stake is his deposit here, a drawn one's is with the OracleStake.
    function _requireSeated(address member, Panel panel) private view {
        if (panel == Panel.DRAWN) {
            IPanelDraw(panelDraw).requireAble(member);
            return;
        }
        uint96 deposit = _seats[member].deposit;
        uint96 want = _params.panelDeposit;
        if (deposit < want) revert NotSeated(member, deposit, want);
    }

    /// @dev The burden of production: a verdict that pays is overturned into nobody's fault never, and neither is a
    /// verdict of fraud left undecided: its missing evidence is the committee's fault.
    function _requireAllowed(DisputedJob memory found, uint8 code, uint96 paid) private pure {
        bool allowed = PackedVerdicts.isKnownCode(code) && PackedVerdicts.isRightAmount(code, paid, found.price);
        if (_pays(found.code)) {
            allowed = allowed && code != PackedVerdicts.NO_EVIDENCE && code != PackedVerdicts.INCONCLUSIVE;
        } else if (found.code == PackedVerdicts.FRAUD) {
            allowed = allowed && code != PackedVerdicts.INCONCLUSIVE;
        }
        if (!allowed) revert RulingNotAllowed(found.code, code, paid);
    }

    /// @dev Two thirds and one more of all members, present or not; 1 where there are none.
    function _quorumOf(uint256 members) private pure returns (uint256) {
        return 2 * members / 3 + 1;
    }

    function _countBits(uint256 bits) private pure returns (uint256 count) {
        unchecked {
            for (; bits != 0; bits &= bits - 1) {
                ++count;
            }
        }
    }
}
